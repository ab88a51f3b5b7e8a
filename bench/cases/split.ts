import { type Table, tableFromArrays } from 'apache-arrow';
import { applyParallel, cpuCount, groupby, shareTable } from 'apply-parallel';
import { copyTableToShared } from '#dist/arrow/index.js';
import { ParallelSplitter } from '#dist/groups/parallel-splitter.js';
import { chunkedColumn, groupRows, scatterTable } from '#dist/split/index.js';
import { splitInC } from '../peers/c-split.js';
import { loadPolars, toPolars } from '../peers/polars.js';
import type { Prepared, StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

const options = { sort: true, dropna: true, observed: true };

/** Peers order parts and rows each in their own way: only how many rows there are is compared. */
const counted = (table: Table, run: () => unknown): Prepared => ({
  run,
  columns: () => ({ rows: [table.numRows] }),
});

const keysOf = (table: Table, names: string[]) =>
  names.map((name) => chunkedColumn(table, table.schema.names.indexOf(name)));

async function byWorkers(given: Table, names: string[]): Promise<Prepared> {
  const table = shareTable(given) as Table;
  // Workers that have started, as a second call finds them.
  await applyParallel(groupby(tableFromArrays({ key: Int32Array.of(0, 1) }), 'key'), (g) => g);
  const splitter = new ParallelSplitter(cpuCount(), new AbortController().signal);
  return counted(table, async () => {
    const keys = keysOf(table, names);
    return splitter.scatter(table, await splitter.group(keys, table.numRows, options), keys);
  });
}

const inThisThread = async (table: Table, names: string[]): Promise<Prepared> =>
  counted(table, () => {
    const keys = keysOf(table, names);
    return scatterTable(table, groupRows(keys, table.numRows, options), keys);
  });

const onlyGrouping = async (table: Table, names: string[]): Promise<Prepared> =>
  counted(table, () => groupRows(keysOf(table, names), table.numRows, options));

async function onlyScatter(table: Table, names: string[]): Promise<Prepared> {
  const keys = keysOf(table, names);
  const grouping = groupRows(keys, table.numRows, options);
  return counted(table, () => scatterTable(table, grouping, keys));
}

const copiedOnce = async (table: Table): Promise<Prepared> => counted(table, () => copyTableToShared(table));

async function polars(table: Table, names: string[]): Promise<Prepared> {
  const frame = toPolars(await loadPolars(), table);
  return counted(table, () => frame.partitionBy(names, true));
}

export const splitAlone: StageCase = {
  kind: 'stage',
  name: 'split-alone',
  title: 'The split alone: 3M flights × 5 columns, two of them strings, by origin',
  keys: ['origin'],
  data: someFlights,
  stages: {
    'this, all workers, table in shared memory': byWorkers,
    'this, in one thread': inThisThread,
    'of that: keys to codes to places': onlyGrouping,
    'of that: columns to their places': onlyScatter,
    'copying the table once, one thread': copiedOnce,
    'nodejs-polars partitionBy, all cores': polars,
    'C, one thread, fresh memory': (table) => splitInC(table, 'fresh'),
    'C, one thread, the memory of the split before': (table) => splitInC(table, 'again'),
  },
  goals: [
    { peer: 'nodejs-polars partitionBy, all cores', times: 2 },
    { peer: 'copying the table once, one thread', times: 1 },
  ],
};
