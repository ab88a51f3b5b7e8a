/** Tables written as Parquet, and made smaller in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyParallel, groupby, reduceMemory, writeDataset } from 'apply-parallel';
import { loadFlights } from '../../fixtures/flights.js';
import { arrowColumns } from '../columns.js';
import type { MakeTable, Prepared, StageCase } from '../types.js';

type Flights = { delay: BigInt64Array; distance: BigInt64Array };

/** The flights with features of each airport: floats that hardly repeat, small integers, rounded floats. */
const features: MakeTable = async (share) => {
  const flights = await loadFlights();
  const some = flights.slice(0, Math.ceil(flights.numRows * share));
  return applyParallel(
    groupby(some, 'origin'),
    (g: Flights) => {
      const delay = Float64Array.from(g.delay, Number);
      const mean = delay.reduce((sum, value) => sum + value, 0) / delay.length;
      return {
        ...g,
        delay_mean: delay.map((value) => value - mean),
        late: Uint8Array.from(delay, (value) => (value > 15 ? 1 : 0)),
        distance_rank: Uint16Array.from(g.distance, (value) => Number(value) % 500),
        hours: delay.map((value) => Math.round(value) / 60),
      };
    },
    { input: 'columns' },
  );
};

export const writeParquet: StageCase = {
  kind: 'stage',
  name: 'write-parquet',
  title: 'Three million flights with features, written as Parquet',
  keys: ['origin'],
  data: features,
  stages: {
    writeDataset: async (table): Promise<Prepared> => {
      const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-write-'));
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      const to = { path: join(folder, 'features.parquet'), ifExists: 'replace' } as const;
      return {
        async run() {
          await writeDataset(table, to);
          return table;
        },
        columns: () => arrowColumns(table),
      };
    },
  },
  python: { label: 'pyarrow.parquet.write_table', function: 'write_parquet' },
};

export const reduceMemoryCase: StageCase = {
  kind: 'stage',
  name: 'reduce-memory',
  title: 'Three million flights with features, in smaller types',
  keys: ['origin'],
  data: features,
  stages: {
    reduceMemory: async (table): Promise<Prepared> => ({
      run: () => reduceMemory(table),
      columns: () => arrowColumns(table),
    }),
  },
  python: { label: 'reduce_mem_usage, as it is handed around', function: 'reduce_memory' },
};
