// What others lint a schema by: the recommended rules and Relay's, with what is decided otherwise here and why.
import graphqlPlugin from "@graphql-eslint/eslint-plugin";

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    plugins: { "@graphql-eslint": graphqlPlugin },
    rules: {
      ...graphqlPlugin.configs["flat/schema-recommended"].rules,
      ...graphqlPlugin.configs["flat/schema-relay"].rules,
      // Connections offer `nodes` beside `edges`, and short lists that belong to their object (a contribution's contributors) are plain lists.
      "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false }],
      // What can be looked up has an id and is a Node; figures, payloads and errors are values of what they belong to.
      "@graphql-eslint/strict-id-in-types": "off",
    },
  },
];
