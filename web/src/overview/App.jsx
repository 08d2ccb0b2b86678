import { useEffect, useMemo, useState } from 'react';
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
  const say = useMemo(() => speak(language, words[language]), [language]);
  const retry = () => setAttempt(attempt + 1);

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);

  // Who is asking does not depend on the language, so switching it asks nothing again and keeps what is on the screen.
  const how = { token, language };
  const who = useAnswers(token ? { who: [WHO, {}] } : {}, `${token} ${attempt}`, how)('who');

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

  const name = who.data?.viewer?.name ?? null;
  return (
    <>
      <a className="skip" href="#figures">
        {say.words.skip}
      </a>
      <Head say={say} onLanguage={chooseLanguage} token={token} name={name} onToken={acceptToken} />
      <main id="figures" tabIndex="-1">
        {body()}
      </main>
    </>
  );

  function body() {
    if (!token) return <Opening say={say} onToken={acceptToken} />;
    if (who.state === 'loading')
      return (
        <p className="wait" role="status">
          {say.words.loading}
        </p>
      );
    if (who.state === 'failed') return <Trouble say={say} problem={who.problem} onRetry={retry} onToken={acceptToken} />;
    if (!name) return <Trouble say={say} problem={{ kind: 'unauthenticated' }} onToken={acceptToken} />;
    if (!who.data.communities.nodes.length) return <Trouble say={say} problem={{ kind: 'nobody' }} onToken={acceptToken} />;
    return <Overview say={say} communities={who.data.communities.nodes} how={how} />;
  }
}
