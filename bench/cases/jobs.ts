/** Whole programs, from file to file, against programs that do the same with pandas and joblib. */
import { join } from 'node:path';
import { Table, Utf8, vectorFromArray } from 'apache-arrow';
import { scan, writeDataset } from 'apply-parallel';
import { airportsFile, flightsFile } from '../../fixtures/flights.js';
import { makeSales } from '../../fixtures/sales.js';
import { arrowColumns } from '../columns.js';
import type { JobCase } from '../types.js';

/** The tables of the sales as files, with categories and items as plain text, as in most files. */
const salesFiles =
  (ending: 'parquet' | 'csv'): JobCase['data'] =>
  async (share, folder) => {
    const rows = 500_000 * share;
    const { sales, items } = makeSales({ rows });
    const { category, item, ...others } = arrowColumns(sales);
    const [categories, names] = [category, item].map((each) => vectorFromArray([...each], new Utf8()));
    const { month, quantity, price } = others;
    const plain = new Table({ month, category: categories, item: names, quantity, price });
    const tables: { [name: string]: Table } = { sales: plain, items };
    const files = Object.keys(tables).map((name) => join(folder, `${name}.${ending}`));
    for (const [k, table] of Object.values(tables).entries()) await writeDataset(table, files[k]);
    return { rows, files };
  };

const SPILLED_GROUPS = 10_000;
const FILE_ROWS = 2_500_000;

/** Rows of 96 bytes in 10,000 groups, 2 GB in memory, in files of 2.5 million rows. */
const spilledFiles: JobCase['data'] = async (share, folder) => {
  const rows = Math.round(20_800_000 * share);
  const path = join(folder, 'rows');
  const words = Array.from({ length: 2000 }, (_, k) => `shop${String(k).padStart(4, '0')}`);
  for (let from = 0; from < rows; from += FILE_ROWS) {
    const length = Math.min(FILE_ROWS, rows - from);
    const any = (below: number) => Math.floor(Math.random() * below);
    const columns: { [name: string]: unknown } = {
      key: Int32Array.from({ length }, () => any(SPILLED_GROUPS)),
      at: Float64Array.from({ length }, (_, k) => from + k),
      shop: Array.from({ length }, () => words[any(words.length)]),
    };
    for (let k = 0; k < 9; k++) columns[`x${k}`] = Float64Array.from({ length }, Math.random);
    const name = `part-${String(from / FILE_ROWS).padStart(4, '0')}.parquet`;
    await writeDataset(columns as never, { path: join(path, name), rowGroupRows: 500_000 });
  }
  return { rows, files: [path] };
};

const goals = (times: number) => [{ peer: 'joblib', times }];

export const salesJob: JobCase = {
  kind: 'job',
  name: 'job-sales-parquet',
  title: 'Sales features, Parquet to Parquet, whole processes',
  program: 'sales',
  data: salesFiles('parquet'),
  goals: goals(1.5),
};

export const salesCsvJob: JobCase = {
  kind: 'job',
  name: 'job-sales-csv',
  title: 'Sales features, CSV to Parquet, whole processes',
  program: 'sales',
  data: salesFiles('csv'),
  goals: goals(1.5),
};

export const flightsJob: JobCase = {
  kind: 'job',
  name: 'job-flights',
  title: 'Features of flights, Parquet to Parquet, whole processes',
  program: 'flights',
  async data(share, folder) {
    if (share === 1) return { rows: 3_000_000, files: [flightsFile, airportsFile] };
    const part = await (await scan(flightsFile)).head(3_000_000 * share);
    const path = join(folder, 'flights.parquet');
    await writeDataset(part, path);
    return { rows: part.numRows, files: [path, airportsFile] };
  },
  goals: goals(2),
};

export const spilledJob: JobCase = {
  kind: 'job',
  name: 'job-spilled',
  title: 'A row of each of 10,000 groups, from Parquet of three times the memory that is allowed',
  program: 'spilled',
  python: 'dask, threads',
  data: spilledFiles,
  goals: goals(3),
};
