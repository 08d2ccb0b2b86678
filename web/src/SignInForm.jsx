import { useState } from 'react';
import { signIn } from './session';

/** Name and password, and a new password where the given one is good for one sign-in. `words` are of one language or of both. */
export function SignInForm({ words, language, onSignedIn, className }) {
  const [trouble, setTrouble] = useState(null);
  const [busy, setBusy] = useState(false);
  const [renewing, setRenewing] = useState(false);

  async function submit(event) {
    event.preventDefault();
    // React keeps no copy of what was typed: a password is in its field and nowhere else.
    const form = event.currentTarget;
    const value = (id) => form.querySelector(`#${id}`)?.value;
    const input = { name: value('name').trim(), password: value('password') };
    if (renewing) input.newPassword = value('new-password');
    setBusy(true);
    const found = await signIn(input, language);
    setBusy(false);
    setTrouble(found);
    if (!found) {
      form.reset();
      onSignedIn();
    } else if (found.code === 'PASSWORD_CHANGE_REQUIRED') setRenewing(true);
  }

  return (
    <form className={className} onSubmit={submit}>
      <label htmlFor="name">{words.name}</label>
      {/* No names: whatever happens to the form, nothing of it gets into an address. */}
      <input id="name" autoComplete="username" autoCapitalize="none" spellCheck="false" required maxLength="64" />
      <label htmlFor="password">{words.password}</label>
      <input id="password" type="password" autoComplete="current-password" required maxLength="256" />
      {renewing && (
        <>
          <label htmlFor="new-password">{words.newPassword}</label>
          <input id="new-password" type="password" autoComplete="new-password" required minLength="8" maxLength="128" autoFocus />
        </>
      )}
      <button type="submit" className="main" disabled={busy}>
        {words.signIn}
      </button>
      {trouble && (
        <p className="refusal" role="alert" data-code={trouble.code}>
          {words.refusals[trouble.code]?.(trouble.seconds) ?? trouble.message}
        </p>
      )}
    </form>
  );
}
