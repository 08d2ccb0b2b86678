// The public GraphQL-over-HTTP audit, all of it: node http-audit.mjs URL
import { auditServer } from "graphql-http";

const url = process.argv[2];
const results = await auditServer({ url });
const bad = results.filter((result) => result.status !== "ok");
for (const { status, id, name, reason } of bad) console.log(`${status} ${id} ${name}: ${reason}`);
console.log(`GraphQL-over-HTTP audit: ${results.length - bad.length} of 61`);
process.exit(bad.length === 0 && results.length === 61 ? 0 : 1);
