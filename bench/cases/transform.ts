import { applyParallel, groupby, shareTable, transformParallel } from 'apply-parallel';
import type { StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

/** The delay by the mean and the deviation of its group. */
function standardise(group: { readonly delay: Iterable<number | bigint> }): object {
  const delay = Float64Array.from(group.delay as Iterable<number>, Number);
  const { length } = delay;
  let sum = 0;
  for (const value of delay) sum += value;
  const mean = sum / length;
  let squares = 0;
  for (const value of delay) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / (length - 1));
  return { ...group, z: delay.map((value) => (value - mean) / deviation) };
}

const KEYS = ['origin', 'destination'];
const columns = { input: 'columns' } as const;

export const transform: StageCase = {
  kind: 'stage',
  name: 'transform',
  title: 'Flights by origin and destination: a new column in the order of the rows',
  keys: [],
  data: someFlights,
  stages: {
    transformParallel: async (given) => {
      const table = shareTable(given);
      const run = () => transformParallel(groupby(table, KEYS), standardise as never, columns);
      return { run, columns: () => ({ rows: [table.numRows] }) };
    },
    'applyParallel, in group order': async (given) => {
      const table = shareTable(given);
      const run = () => applyParallel(groupby(table, KEYS), standardise as never, columns);
      return { run, columns: () => ({ rows: [table.numRows] }) };
    },
  },
  python: [
    { label: 'pandas groupby.transform', function: 'transform' },
    { label: 'pandarallel groupby.parallel_apply', function: 'pandarallel_apply' },
  ],
  goals: [
    { peer: 'pandas groupby.transform', times: 5 },
    { peer: 'pandarallel groupby.parallel_apply', times: 5 },
  ],
};
