import { useEffect, useState } from 'react';
import { SignInForm } from './SignInForm';
import { signOut } from './session';
import { signInWords } from './words';

const words = signInWords.both;

/** Who is asking, and the ways to say so: name and password, or a token, which goes before the session. */
export function TopBar({ token, onToken, onSession, fetcher }) {
  const [typed, setTyped] = useState(token);
  const [trouble, setTrouble] = useState('');
  const who = useWho(fetcher);
  const inSession = !token && who.state === 'known';

  function submit(event) {
    event.preventDefault();
    onToken(typed.trim());
  }

  function forget() {
    setTyped('');
    onToken('');
  }

  async function leave() {
    try {
      await signOut();
      setTrouble('');
      onSession();
    } catch (error) {
      setTrouble(error.message);
    }
  }

  return (
    <header className="bar">
      <h1>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" /> 同心 Tongxin
      </h1>
      <nav aria-label="Pages 页面">
        <a href="/overview">Overview 概览</a>
      </nav>
      {!token && !inSession && <SignInForm className="sign-in" words={words} onSignedIn={onSession} />}
      {!inSession && (
        <form onSubmit={submit} autoComplete="off">
          <label htmlFor="token">Token 令牌</label>
          {/* No name: whatever happens to the form, the token never gets into an address. */}
          <input id="token" type="password" autoComplete="off" spellCheck="false" value={typed} onChange={(event) => setTyped(event.target.value)} />
          <button type="submit">Use 使用</button>
          {token && (
            <button type="button" onClick={forget}>
              Forget 清除
            </button>
          )}
        </form>
      )}
      <output className={`who ${who.state}`} title={who.text}>
        {trouble || who.text}
      </output>
      {inSession && (
        <button type="button" onClick={leave}>
          {words.signOut}
        </button>
      )}
    </header>
  );
}

/** Asks the server who it thinks we are, once for each fetcher, that is for each token and session. */
function useWho(fetcher) {
  const [who, setWho] = useState({ state: 'asking', text: '…' });
  useEffect(() => {
    let current = true;
    setWho({ state: 'asking', text: '…' });
    ask(fetcher).then((answer) => current && setWho(answer));
    return () => {
      current = false;
    };
  }, [fetcher]);
  return who;
}

async function ask(fetcher) {
  try {
    const { data, errors } = await fetcher({ query: '{ viewer { name } }' });
    if (errors) return { state: 'refused', text: errors[0].message };
    return data.viewer ? { state: 'known', text: data.viewer.name } : { state: 'nobody', text: 'nobody 未登录' };
  } catch (error) {
    return { state: 'refused', text: error.message };
  }
}
