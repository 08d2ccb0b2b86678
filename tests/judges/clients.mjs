// The clients that front ends use, against a running server: node clients.mjs URL TOKEN
import assert from "node:assert/strict";
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { relayStylePagination } from "@apollo/client/utilities";
import { Client, fetchExchange } from "@urql/core";

const [url, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const page = gql`
  query Page($after: String) {
    residents(first: 10, after: $after, orderBy: [NAME_ASC]) {
      totalCount
      edges { cursor node { id fullName household { room } } }
      pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
    }
  }
`;
const wrong = gql`{ residents(first: 1000) { totalCount } }`;

async function apollo() {
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { residents: relayStylePagination(["orderBy"]) } } } });
  const client = new ApolloClient({ link: new HttpLink({ uri: url, headers }), cache });
  const first = await client.query({ query: page });
  assert.equal(first.data.residents.edges.length, 10);
  const { endCursor } = first.data.residents.pageInfo;
  const second = await client.query({ query: page, variables: { after: endCursor }, fetchPolicy: "network-only" });
  const seen = client.readQuery({ query: page }).residents.edges.map(({ node }) => node.id);
  assert.equal(new Set(seen).size, 20, "the cache joins both pages, and nobody comes twice");
  assert.equal(second.data.residents.totalCount, first.data.residents.totalCount);
  const error = await client.query({ query: wrong, fetchPolicy: "network-only" }).catch((error) => error);
  assert(CombinedGraphQLErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, "BAD_USER_INPUT");
  client.stop();
}

async function urql(preferGetMethod) {
  const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers }, preferGetMethod });
  const answer = await client.query(page, {}).toPromise();
  assert.equal(answer.error, undefined);
  assert.equal(answer.data.residents.edges.length, 10);
  assert(answer.extensions.cost.requested > 10);
  const refused = await client.query(wrong, {}).toPromise();
  assert.equal(refused.error.graphQLErrors[0].extensions.code, "BAD_USER_INPUT");
}

await apollo();
await urql(false);
await urql("force");
console.log("Apollo Client and urql read pages, errors and extensions");
