// What the comparison is told on the command line.
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    residents: { type: 'string', default: '100000' },
    'aid-records': { type: 'string', default: '300000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});

export const residents = Number(values.residents);
export const aidRecords = Number(values['aid-records']);
export const rounds = Number(values.rounds);
export const seconds = Number(values.seconds);
/** Names of questions, or none for all. */
export const only = values.only.split(',').filter(Boolean);
/** Write docs/performance.md? */
export const write = values.write;
