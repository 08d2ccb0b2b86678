import { Enter } from './Enter';

/** Why there is nothing to see, in words, and what can be done about it. */
export function Trouble({ say, problem, onRetry, onToken, onSignedIn, level: Heading = 'h1' }) {
  const { words } = say;
  const [title, text] = words.problems[problem.kind] ?? words.problems.http;
  const quoted = ['http', 'refused'].includes(problem.kind) && problem.message;
  const another = onToken && ['unauthenticated', 'forbidden', 'nobody'].includes(problem.kind);
  return (
    <section className="trouble" role="alert" data-problem={problem.kind}>
      <Heading>{title}</Heading>
      <p>{text}</p>
      {quoted && <blockquote>{problem.message}</blockquote>}
      {another && <Enter say={say} onToken={onToken} onSignedIn={onSignedIn} />}
      {onRetry && problem.kind !== 'unauthenticated' && (
        <button type="button" className="main" onClick={onRetry}>
          {words.retry}
        </button>
      )}
    </section>
  );
}
