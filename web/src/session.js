// Signing in and out of this server. The session is in a cookie that no script can read; the header says that one of its own pages asks, without
// which the cookie does not count.
export const OWN_PAGE = { 'x-tongxin-request': '1' };

const SIGN_IN = 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { session { name } userErrors { code message details } } }';
const SIGN_OUT = 'mutation SignOut { signOut(input: {}) { ended } }';

async function ask(query, variables, language) {
  const headers = { accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', ...OWN_PAGE };
  if (language) headers['accept-language'] = language;
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** Null once signed in; otherwise why not: `{ code, message, seconds }`. */
export async function signIn(input, language) {
  try {
    const { session, userErrors } = (await ask(SIGN_IN, { input: { ...input, cookie: true } }, language)).signIn;
    if (session) return null;
    const [{ code, message, details }] = userErrors;
    return { code, message, seconds: details?.retryAfter };
  } catch (error) {
    return { code: 'FAILED', message: error.message };
  }
}

/** Forgets the session here and on the server; where the server cannot be reached the page stays signed in, and says so. */
export const signOut = () => ask(SIGN_OUT);
