import { SignInForm } from '../SignInForm';
import { signInWords } from '../words';
import { TokenForm } from './TokenForm';

/** The ways in: name and password, or a token. */
export function Enter({ say, onToken, onSignedIn }) {
  const { language, words } = say;
  return (
    <div className="enter">
      <SignInForm className="sign-in" words={signInWords[language]} language={language} onSignedIn={onSignedIn} />
      <details>
        <summary>{words.withToken}</summary>
        <TokenForm say={say} onToken={onToken} />
      </details>
    </div>
  );
}
