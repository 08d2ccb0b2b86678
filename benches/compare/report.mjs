// What came of it: a table, the ratios, and whether they are what was promised.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import * as args from './args.mjs';
import { run } from './processes.mjs';

const OURS = 'Tongxin on PostgreSQL';
const MOST_MEMORY = 64;
const [BEGIN, END] = ['<!-- figures: begin -->', '<!-- figures: end -->'];

const fixed = (number, digits = 1) => (number === undefined ? '' : number.toFixed(digits));

const machine = () => {
  const model = cpus()[0]?.model ?? 'unknown';
  const postgres = run('psql', ['--version']).trim();
  return `${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, Linux; ${postgres}; all processes and the load on this one machine.`;
};

const table = (rows) => {
  const [head, ...lines] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${' --- |'.repeat(rows[0].length)}`, ...lines].join('\n');
};

/** Prints the figures, writes them into the document where asked to, and returns how many promises were missed. */
export const report = (results, data, document) => {
  const questions = [...new Set(results.map(({ question }) => question))];
  const at = (question, server, connections = 32) =>
    results.find((line) => line.question === question && line.server === server && line.connections === connections);
  const limit = (question, connections = 32) =>
    Math.max(...['sql', 'rows'].map((kind) => at(question, `limit (${kind})`, connections)?.rate ?? 0));

  const figures = [['question', 'server', 'connections', 'req/s (least to most)', 'p50 ms', 'p99 ms', 'memory MB', 'statements']];
  for (const line of results) {
    const spread = line.spread.map((rate) => rate.toFixed(0)).join(' to ');
    figures.push([line.question.title, line.server, line.connections, `${line.rate.toFixed(0)} (${spread})`, fixed(line.p50, 2), fixed(line.p99, 2), fixed(line.memory, 0), fixed(line.statements)]);
  }

  let missed = 0;
  const met = (value, least) => {
    if (least === undefined) return '';
    if (value < least) missed += 1;
    return value < least ? `**missed** (≥ ${least})` : `met (≥ ${least})`;
  };
  const ratios = [['at 32 connections', '× PostGraphile', 'promised', '× the limit', 'promised', 'aim', '× PostGraphile at 1']];
  for (const question of questions) {
    const ours = at(question, OURS).rate;
    const like = ours / at(question, 'PostGraphile').rate;
    const alone = at(question, OURS, 1).rate / at(question, 'PostGraphile', 1).rate;
    const of = ours / limit(question);
    const aims = [question.aimLike && `≥ ${question.aimLike} × PostGraphile`, question.aim && `≥ ${question.aim} × the limit`];
    ratios.push([question.title, fixed(like, 2), met(like, question.like), fixed(of, 2), met(of, question.least), aims.filter(Boolean).join(', '), fixed(alone, 2)]);
  }
  const most = Math.max(...results.filter(({ server }) => server === OURS).map(({ memory }) => memory));
  if (most >= MOST_MEMORY) missed += 1;

  const text = [
    `${machine()}`,
    `${args.residents} residents (${data.residents.length} living here), ${args.aidRecords} aid records; ${args.rounds} rounds of ${args.seconds} s, medians.`,
    table(ratios),
    `Memory of Tongxin on PostgreSQL: ${most.toFixed(0)} MB at most (promised: under ${MOST_MEMORY} MB${most < MOST_MEMORY ? '' : ', **missed**'}).`,
    table(figures),
  ].join('\n\n');
  console.log(`\n${text}\n\n${missed} promises missed.`);
  if (args.write) {
    const whole = readFileSync(document, 'utf8');
    const [before, after] = [whole.slice(0, whole.indexOf(BEGIN) + BEGIN.length), whole.slice(whole.indexOf(END))];
    writeFileSync(document, `${before}\n\n${text}\n\n${after}`);
  }
  return missed;
};
