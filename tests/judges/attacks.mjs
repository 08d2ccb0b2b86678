// Documents that break a stock server, sent to a running one: node attacks.mjs URL [TOKEN]
// Each must be refused with a coded error of under 10 KB within 100 ms (the best of five), and the server must live on.
import { Agent, request } from "node:http";

const [url, token] = process.argv.slice(2);
const limitMs = 100;
const limitBytes = 10_000;
const warm = new Agent({ keepAlive: true, maxSockets: 1 });
const fresh = new Agent();
const json = { "content-type": "application/json" };
let failures = 0;

function send({ method = "POST", search = "", headers = json, body, chunked = false, agent = fresh }) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const auth = token ? { authorization: `Bearer ${token}` } : {};
    const length = chunked || body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const accept = { accept: "application/graphql-response+json, application/json;q=0.9" };
    const sent = request(url + search, { method, agent, headers: { ...accept, ...auth, ...headers, ...length } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode, bytes: bytes.length, text: bytes.toString(), ms: performance.now() - began });
      });
      response.on("error", reject);
    });
    sent.setTimeout(30_000, () => sent.destroy(new Error("no answer in 30 s")));
    sent.on("error", reject);
    if (chunked) sent.flushHeaders();
    sent.end(body);
  });
}

const query = (document, more) => ({ body: JSON.stringify({ query: document, ...more }) });
const rawVariables = (open, middle, close) => ({
  body: `{"query":"query($v: Int) { __typename }","variables":{"v":${open}${middle}${close}}}`,
});
const many = (count, text) => Array.from({ length: count }, (_, i) => text.replaceAll("#", i)).join(" ");
const deep = 100_000;

// F0 spreads F1 twice, F1 spreads F2 twice …: 2^n fields in a few lines.
function doubling(n, twice = (next) => `...${next} ...${next}`) {
  const fragment = (_, i) => `fragment F${i} on Query { __typename ${i + 1 < n ? twice(`F${i + 1}`) : ""} }`;
  return `{ ...F0 } ${Array.from({ length: n }, fragment).join(" ")}`;
}

const attacks = {
  "100,000 '[' as an argument": query(`{ node(id: ${"[".repeat(deep)}) { id } }`),
  "100,000 '[' and ']' as an argument": query(`{ node(id: ${"[".repeat(deep)}${"]".repeat(deep)}) { id } }`),
  "100,000 '{a:' as an argument": query(`{ node(id: ${"{a:".repeat(deep)}1${"}".repeat(deep)}) { id } }`),
  "100,000 '[{a:' unclosed": query(`{ node(id: ${"[{a:".repeat(deep)}`),
  "1,600 '[' as an argument": query(`{ node(id: ${"[".repeat(1600)}${"]".repeat(1600)}) { id } }`),
  "1,600 '[' by GET": { method: "GET", headers: {}, search: `?query=${encodeURIComponent(`{ node(id: ${"[".repeat(1600)}${"]".repeat(1600)}) { id } }`)}` },
  "100,000 '[' in a directive": query(`{ __typename @include(if: ${"[".repeat(deep)}${"]".repeat(deep)}) }`),
  "100,000 '[' as a default value": query(`query($v: Int = ${"[".repeat(deep)}${"]".repeat(deep)}) { __typename }`),
  "100,000 '[' in a variable's type": query(`query($v: ${"[".repeat(deep)}Int${"]".repeat(deep)}) { __typename }`),
  "100,000 selection sets": query("{ a ".repeat(deep) + "}".repeat(deep)),
  "100,000 selection sets unclosed": query("{ a ".repeat(deep)),
  "100,000 inline fragments": query(`${"{ ...".repeat(deep)}{ __typename ${"}".repeat(deep)}}`),
  "200 selection sets": query("{ a ".repeat(200) + "}".repeat(200)),
  "fragments doubling 28 times": query(doubling(28)),
  "the same through inline fragments": query(doubling(28, (next) => `... { ...${next} } ... on Query { ...${next} }`)),
  "fragments doubling 2,000 times": query(doubling(2000)),
  "a circle of fragments": query("{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }"),
  "100,000 fields": query(`{ ${"a ".repeat(deep)}}`),
  "90,000 known fields": query(`{ ${"__typename ".repeat(90_000)}}`),
  "10,000 aliases": query(`{ ${many(10_000, "a#: __typename")} }`),
  "10,000 directives": query(`{ __typename ${"@include(if: true) ".repeat(10_000)}}`),
  "10,000 unknown directives": query(`{ __typename ${"@a ".repeat(10_000)}}`),
  "10,000 directives on a fragment": query(`{ ...A } fragment A on Query ${"@a ".repeat(10_000)}{ __typename }`),
  "10,000 fragments": query(`{ __typename } ${many(10_000, "fragment F# on Query { __typename }")}`),
  "10,000 operations": query(many(10_000, "query Q# { __typename }"), { operationName: "Q1" }),
  "10,000 variables": query(`query(${many(10_000, "$v#: Int")}) { __typename }`),
  "10,000 arguments": query(`{ node(${many(10_000, "a#: 1")}) { id } }`),
  "an unclosed string of 900 KB": query(`{ node(id: "${"a".repeat(900_000)}`),
  "an unclosed block string of quotes": query(`{ node(id: """${'\\"""'.repeat(100_000)}`),
  "900 KB of nothing": query(`${" ,".repeat(450_000)}{`),
  "100,000 '[' as a variable": rawVariables("[".repeat(deep), "1", "]".repeat(deep)),
  "100,000 '{\"a\":' as a variable": rawVariables('{"a":'.repeat(deep), "1", "}".repeat(deep)),
  "100,000 '[' as the body": { body: "[".repeat(deep) },
  "a batch of 1,000": { body: JSON.stringify(Array(1000).fill({ query: "{ __typename }" })) },
};

function check(name, ok, detail) {
  if (!ok) failures += 1;
  console.log(`${ok ? "ok    " : "FAILED"} ${name.padEnd(38)} ${detail}`);
}

async function attack(name, message) {
  try {
    let best;
    for (let i = 0; i < 5; i += 1) {
      const answer = await send({ ...message, agent: warm });
      if (!best || answer.ms < best.ms) best = answer;
    }
    let code;
    try {
      code = JSON.parse(best.text).errors[0].extensions.code;
    } catch {}
    const refused = best.status >= 200 && best.status < 500 && /^[A-Z][A-Z_]+$/.test(code) && code !== "INTERNAL_SERVER_ERROR";
    const ok = refused && best.bytes < limitBytes && best.ms <= limitMs;
    check(name, ok, `${best.ms.toFixed(1).padStart(6)} ms  ${best.status} ${code ?? best.text.slice(0, 120)}  ${best.bytes} bytes`);
  } catch (error) {
    check(name, false, String(error));
  }
}

// A server that refuses a body may close the connection while the body is still being sent, and the answer is lost: hence the tries.
async function status(name, wanted, message) {
  let answer;
  for (let tries = 1; tries <= 5 && !answer; tries += 1) answer = await send(message).catch((error) => tries === 5 && { status: String(error) });
  check(name, answer.status === wanted, `${answer.status}, wanted ${wanted}`);
}

async function alive(name) {
  const document = token ? "{ residents(first: 1) { nodes { fullName } } }" : "{ __typename }";
  try {
    const answer = await send(query(document));
    const { data, errors } = JSON.parse(answer.text);
    check(name, answer.status === 200 && !errors && (data.__typename === "Query" || Boolean(data.residents.nodes[0].fullName)), `${answer.status} ${answer.text.slice(0, 120)}`);
  } catch (error) {
    check(name, false, String(error));
  }
}

await alive("a normal query before");
for (const [name, message] of Object.entries(attacks)) await attack(name, message);

const mutation = JSON.stringify({ query: "mutation { __typename }" });
const boundary = "edge";
const multipart = `--${boundary}\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${mutation}\r\n--${boundary}--\r\n`;
await status("a mutation by GET", 405, { method: "GET", headers: {}, search: `?query=${encodeURIComponent("mutation { __typename }")}` });
await status("text/plain", 415, { headers: { "content-type": "text/plain" }, body: mutation });
await status("a form with a JSON body", 415, { headers: { "content-type": "application/x-www-form-urlencoded" }, body: mutation });
await status("a form", 415, { headers: { "content-type": "application/x-www-form-urlencoded" }, body: `query=${encodeURIComponent("mutation { __typename }")}` });
await status("multipart", 415, { headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, body: multipart });
await status("no content type", 415, { headers: {}, body: mutation });
const large = query("{ __typename }").body.padEnd(1_048_577);
await status("a body of 1 MiB and 1 byte", 413, { body: large });
await status("the same without its length", 413, { body: large, chunked: true });
await alive("a normal query after");

console.log(failures ? `${failures} failed` : "all refused, the server lives");
process.exit(failures ? 1 : 0);
