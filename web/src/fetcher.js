import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { OWN_PAGE } from './session';

const ENDPOINT = '/graphql';
const ACCEPT = 'application/graphql-response+json, application/json';

/** How this page talks to the server: POST, and a WebSocket for subscriptions, with the token if there is one, else with the session. */
export function createFetcher(token) {
  const bearer = token && `Bearer ${token}`;

  async function send(url, init) {
    const headers = new Headers(init.headers);
    // What is typed into the headers editor wins.
    if (bearer && !headers.has('authorization')) headers.set('authorization', bearer);
    const response = await fetch(url, { ...init, headers });
    // A proxy's error page is not JSON; show it instead of a complaint about its first character.
    if (!response.headers.get('content-type')?.includes('json')) {
      throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    }
    return response;
  }

  return createGraphiQLFetcher({
    url: ENDPOINT,
    headers: { accept: ACCEPT, ...OWN_PAGE },
    fetch: send,
    // The server has no @defer; without this the Accept header would ask for multipart answers.
    enableIncrementalDelivery: false,
    // A browser cannot set headers on a WebSocket, so the token travels in connection_init.
    wsClient: createClient({
      url: new URL(ENDPOINT, location.href).href.replace(/^http/, 'ws'),
      connectionParams: bearer ? { Authorization: bearer } : undefined,
    }),
  });
}
