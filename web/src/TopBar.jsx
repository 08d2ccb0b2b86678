import { useEffect, useState } from 'react';

export function TopBar({ token, onToken, fetcher }) {
  const [typed, setTyped] = useState(token);
  const who = useWho(fetcher);

  function submit(event) {
    event.preventDefault();
    onToken(typed.trim());
  }

  function leave() {
    setTyped('');
    onToken('');
  }

  return (
    <header className="bar">
      <h1>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" /> 同心 Tongxin
      </h1>
      <nav aria-label="Pages 页面">
        <a href="/overview">Overview 概览</a>
      </nav>
      <form onSubmit={submit} autoComplete="off">
        <label htmlFor="token">Token 令牌</label>
        {/* No name: whatever happens to the form, the token never gets into an address. */}
        <input id="token" type="password" autoComplete="off" spellCheck="false" value={typed} onChange={(event) => setTyped(event.target.value)} />
        <button type="submit">Use 使用</button>
        {token && (
          <button type="button" onClick={leave}>
            Forget 清除
          </button>
        )}
      </form>
      <output className={`who ${who.state}`} htmlFor="token" title={who.text}>
        {who.text}
      </output>
    </header>
  );
}

/** Asks the server who it thinks we are, once for each fetcher, that is for each token. */
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
