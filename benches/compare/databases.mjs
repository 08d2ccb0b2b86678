// The data: one PostgreSQL of the comparison's own and one SQLite file, both filled by the same seed.
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { freePort, run } from './processes.mjs';
import { aidRecords, residents } from './args.mjs';

const BIN = '/usr/lib/postgresql';

/** initdb refuses root; then PostgreSQL runs as the user that Debian made for it. */
const asPostgres = (command, args) =>
  process.getuid() === 0
    ? run('runuser', ['-u', 'postgres', '--', command, ...args], { cwd: '/tmp' })
    : run(command, args, { cwd: '/tmp' });

export const startPostgres = async (folder) => {
  const version = readdirSync(BIN).sort((a, b) => Number(b) - Number(a))[0];
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  if (process.getuid() === 0) {
    const ids = ['-u', '-g'].map((which) => Number(run('id', [which, 'postgres'])));
    chownSync(folder, ...ids);
  }
  const data = `${folder}/data`;
  asPostgres(`${BIN}/${version}/bin/initdb`, ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8']);
  // Durable as it comes; only the memory is sized for the data, and statements are counted.
  const settings = {
    port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, max_connections: 100, shared_buffers: '512MB',
    max_wal_size: '4GB', shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'top',
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' ');
  asPostgres(`${BIN}/${version}/bin/pg_ctl`, ['-D', data, '-w', '-l', `${folder}/log`, '-o', flags, 'start']);
  process.on('exit', () => asPostgres(`${BIN}/${version}/bin/pg_ctl`, ['-D', data, '-m', 'immediate', 'stop']));
  const url = `postgres://postgres@127.0.0.1:${port}/compare`;
  psql(url.replace('/compare', '/postgres'), 'CREATE DATABASE compare');
  psql(url, 'CREATE EXTENSION pg_stat_statements');
  return url;
};

/** Rows of a statement, as arrays of texts. */
export const psql = (url, sql) =>
  run('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', url, '-c', sql])
    .split('\n').filter(Boolean).map((line) => line.split('\t'));

/** Fills a database and returns a token of the account that the seed made. */
export const fill = (program, url, folder) => {
  const key = `${folder}/master.key`;
  if (!existsSync(key)) writeFileSync(key, run(program, ['key', 'new']), { mode: 0o600 });
  const env = { ...process.env, DATABASE_URL: url, TONGXIN_MASTER_KEY_FILE: key, TONGXIN_LOG: 'warn' };
  run(program, ['migrate', 'up'], { env });
  run(program, ['seed', '--residents', String(residents), '--aid-records', String(aidRecords)], { env });
  return run(program, ['token', 'create', '--account', 'seed-1'], { env }).trim();
};
