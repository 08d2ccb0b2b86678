import { useEffect } from 'react';
import { Enter } from './Enter';

/** What there is to see before anybody has said who they are. */
export function Opening({ say, onToken, onSignedIn }) {
  const { words } = say;
  useEffect(() => {
    document.title = `${words.title} · 同心 Tongxin`;
  }, [words]);
  return (
    <section className="opening">
      <svg viewBox="0 0 240 240" aria-hidden="true" className="emblem">
        <circle cx="120" cy="120" r="112" />
        <circle cx="120" cy="120" r="70" />
        <circle cx="120" cy="120" r="24" />
        {[112, 70].map((radius, ring) =>
          Array.from({ length: 10 }, (_, index) => {
            const angle = ((index + ring / 2) / 10) * 2 * Math.PI;
            return (
              <circle
                key={`${radius} ${index}`}
                className="dot"
                cx={120 + radius * Math.cos(angle)}
                cy={120 + radius * Math.sin(angle)}
                r={ring ? 4 : 5}
              />
            );
          }),
        )}
      </svg>
      <h1>{words.welcome.title}</h1>
      <p>{words.welcome.text}</p>
      <Enter say={say} onToken={onToken} onSignedIn={onSignedIn} />
    </section>
  );
}
