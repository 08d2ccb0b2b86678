import { useState } from 'react';

export function TokenForm({ say, onToken }) {
  const [typed, setTyped] = useState('');
  function submit(event) {
    event.preventDefault();
    if (typed.trim()) onToken(typed.trim());
  }
  return (
    <form className="token" onSubmit={submit} autoComplete="off">
      <label htmlFor="token">{say.words.token}</label>
      {/* No name: whatever happens to the form, the token never gets into an address. */}
      <input
        id="token"
        type="password"
        autoComplete="off"
        spellCheck="false"
        required
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="main">
        {say.words.use}
      </button>
    </form>
  );
}
