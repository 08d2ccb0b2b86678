import { signInWords } from '../words';
import { languages } from './words';

export function Head({ say, onLanguage, token, name, onLeave }) {
  const { words } = say;
  return (
    <header className="head">
      <p className="brand">
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width="22" height="22" /> 同心 <span lang="en">Tongxin</span>
      </p>
      <nav aria-label={words.nav}>
        <a href="/overview" aria-current="page">
          {words.overview}
        </a>
        <a href="/graphiql">{words.graphiql}</a>
      </nav>
      {(token || name) && (
        <div className="who">
          {name && <span>{words.signedInAs(name)}</span>}
          <button type="button" onClick={onLeave}>
            {token ? words.forget : signInWords[say.language].signOut}
          </button>
        </div>
      )}
      <div className="tools">
        <div role="group" aria-label={words.language} className="choice">
          {Object.entries(languages).map(([code, label]) => (
            <button key={code} type="button" lang={code} aria-pressed={code === say.language} onClick={() => onLanguage(code)}>
              {label}
            </button>
          ))}
        </div>
        <button type="button" onClick={() => print()}>
          {words.print}
        </button>
      </div>
    </header>
  );
}
