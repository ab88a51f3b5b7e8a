/** Files that are read into a table: the flights as Parquet, and half a million lines of CSV. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeVector, Table, vectorFromArray } from 'apache-arrow';
import { scan, writeDataset } from 'apply-parallel';
import { arrowColumns } from '../columns.js';
import { random } from '../stats.js';
import { numbersByKey } from '../tables.js';
import type { Prepared, StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-reading-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const reading = (path: string): Prepared => ({
  run: async () => (await scan(path)).read(),
  columns: (result) => arrowColumns(result as Table),
});

export const readParquet: StageCase = {
  kind: 'stage',
  name: 'read-parquet',
  title: 'Three million flights from Parquet',
  keys: ['origin'],
  data: someFlights,
  stages: {
    'scan, read': async (table) => {
      const path = join(scratch(), 'flights.parquet');
      // As the file they come from, for every share of it.
      const rowGroupRows = Math.ceil(table.numRows / 11);
      await writeDataset(table, { path, compression: 'zstd', rowGroupRows });
      return reading(path);
    },
  },
  python: { label: 'pyarrow.parquet.read_table', function: 'read_parquet' },
};

/** Seven columns, as sales have them: two of text, one of whole numbers, four of floats. */
function salesLines(share: number): Table {
  const rows = Math.round(500_000 * share);
  const next = random(7);
  const { key, x, y } = arrowColumns(numbersByKey(rows, 5000, 'names'));
  const shops = ['Alder', 'Birch', 'Cedar', 'Elm'];
  const floats = () => makeVector(Float64Array.from({ length: rows }, () => Math.round(next() * 1e6) / 100));
  const shop = vectorFromArray(Array.from({ length: rows }, (_, k) => shops[k % shops.length]));
  return new Table({ key, shop, y, x, price: floats(), cost: floats(), weight: floats() });
}

export const readCsv: StageCase = {
  kind: 'stage',
  name: 'read-csv',
  title: 'Half a million lines of seven columns from CSV',
  keys: ['key'],
  data: salesLines,
  stages: {
    'scan, read': async (table) => {
      const path = join(scratch(), 'lines.csv');
      await writeDataset(table, path);
      return reading(path);
    },
  },
  python: { label: 'pandas.read_csv', function: 'read_csv' },
};
