import type { CodegenConfig } from "@graphql-codegen/cli";

// Types for every document in src, from the schema that the server keeps in its repository (or from a running one: put its address there).
const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: ["src/**/*.ts", "!src/gql/**"],
  // Imports with their extension, as Node resolves them.
  importExtension: ".js",
  generates: {
    "src/gql/": {
      preset: "client",
      config: {
        useTypeImports: true,
        strictScalars: true,
        // Money and quantities are strings on purpose: a float would lose fen.
        scalars: { Date: "string", DateTime: "string", Decimal: "string", JSON: "unknown" },
        enumsAsTypes: true,
      },
    },
  },
};

export default config;
