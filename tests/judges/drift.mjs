// The schema of a running server is the one in the repository, and nothing that was released is broken: node drift.mjs URL TOKEN SCHEMA [RELEASED]
// The server's is asked for with deprecated input fields, which the library's own loader leaves out.
import { readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildClientSchema, buildSchema, getIntrospectionQuery } from "graphql";

const [url, token, file] = process.argv.slice(2);
const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true });
const response = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  body: JSON.stringify({ query }),
});
const served = buildClientSchema((await response.json()).data);
const kept = buildSchema(readFileSync(file, "utf8"));
// Introspection does not tell where directives are put, and the file does not describe their arguments.
const untold = (change) => change.type.startsWith("DIRECTIVE_USAGE") || change.type === "DIRECTIVE_ARGUMENT_DESCRIPTION_CHANGED";
const changes = (await diff(kept, served)).filter((change) => !untold(change));
for (const { criticality, message } of changes) console.error(`${criticality.level}: ${message}`);
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
if (changes.length > 0) throw new Error(`${changes.length} differences from ${file}, ${breaking.length} of them breaking`);
console.log(`no changes detected: ${Object.keys(kept.getTypeMap()).length} types`);
