import { useEffect, useMemo, useState } from 'react';
import { signOut } from '../session';
import { loadToken, saveToken } from '../storage';
import { Head } from './Head';
import { Opening } from './Opening';
import { Overview } from './Overview';
import { Trouble } from './Trouble';
import { loadLanguage, saveLanguage } from './language';
import { WHO } from './queries';
import { speak } from './say';
import { useAnswers } from './use';
import { words } from './words';

export function App() {
  const [language, setLanguage] = useState(loadLanguage);
  const [token, setToken] = useState(loadToken);
  const [attempt, setAttempt] = useState(0);
  const [trouble, setTrouble] = useState(null);
  const say = useMemo(() => speak(language, words[language]), [language]);
  const retry = () => setAttempt(attempt + 1);

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);

  // Who is asking does not depend on the language, so switching it asks nothing again and keeps what is on the screen.
  const how = { token, language };
  const who = useAnswers({ who: [WHO, {}] }, `${token} ${attempt}`, how)('who');

  function chooseLanguage(next) {
    saveLanguage(next);
    setLanguage(next);
  }

  function acceptToken(next) {
    saveToken(next);
    setToken(next);
    // The same token once more is a wish to try again.
    retry();
  }

  async function leave() {
    try {
      if (token) acceptToken('');
      else {
        await signOut();
        retry();
      }
      setTrouble(null);
    } catch {
      setTrouble({ kind: 'network' });
    }
  }

  const name = who.data?.viewer?.name ?? null;
  return (
    <>
      <a className="skip" href="#figures">
        {say.words.skip}
      </a>
      <Head say={say} onLanguage={chooseLanguage} token={token} name={name} onLeave={leave} />
      <main id="figures" tabIndex="-1">
        {body()}
      </main>
    </>
  );

  function body() {
    if (trouble) return <Trouble say={say} problem={trouble} onRetry={leave} />;
    if (who.state === 'loading')
      return (
        <p className="wait" role="status">
          {say.words.loading}
        </p>
      );
    const enter = { say, onToken: acceptToken, onSignedIn: retry };
    const unknown = who.state === 'failed' ? who.problem.kind === 'unauthenticated' : !name;
    if (unknown && !token) return <Opening {...enter} />;
    if (who.state === 'failed') return <Trouble {...enter} problem={who.problem} onRetry={retry} />;
    if (!name) return <Trouble {...enter} problem={{ kind: 'unauthenticated' }} />;
    if (!who.data.communities.nodes.length) return <Trouble {...enter} problem={{ kind: 'nobody' }} />;
    return <Overview say={say} communities={who.data.communities.nodes} how={how} />;
  }
}
