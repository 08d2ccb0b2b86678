import { OWN_PAGE } from '../session';

/** Why there are no figures: `kind` is a key of `problems` in words.js, `message` is what the server said. */
export class Problem extends Error {
  constructor(kind, message = '') {
    super(message);
    this.kind = kind;
  }
}

/** One question to the API, as the visitor. */
export async function ask(query, variables, { token, language, signal }) {
  const headers = { accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', 'accept-language': language, ...OWN_PAGE };
  if (token) headers.authorization = `Bearer ${token}`;
  let response;
  let text;
  try {
    response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }), signal });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Problem('network');
  }
  const answer = parse(text);
  if (answer?.errors?.length) throw problemOf(answer.errors[0], response.status);
  if (!answer?.data) throw new Problem(byStatus(response.status), `HTTP ${response.status}`);
  return answer.data;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's error page; its status says more than its text.
    return null;
  }
}

function problemOf({ message, extensions }, status) {
  const kinds = {
    UNAUTHENTICATED: 'unauthenticated',
    FORBIDDEN: 'forbidden',
    FORBIDDEN_FIELD: 'forbidden',
    INTERNAL_SERVER_ERROR: 'http',
    UNAVAILABLE: 'http',
  };
  return new Problem(kinds[extensions?.code] ?? (status >= 500 ? 'http' : 'refused'), message);
}

const byStatus = (status) => ({ 401: 'unauthenticated', 403: 'forbidden' })[status] ?? 'http';
