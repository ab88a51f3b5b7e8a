/**
 * Preprocessing for a sales forecast: 500,000 monthly sales, category by category on all cores, by a method
 * of a model object: from CSV files to a Parquet file. The CSV files are made first, if they are not there.
 *
 *   npx tsx examples/sales-preprocess.ts                  to out/sales-features.parquet
 *   npx tsx examples/sales-preprocess.ts --rows 50000     fewer rows
 *   npx tsx examples/sales-preprocess.ts --out file       to another file: .parquet, .arrow or .csv
 */
import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Table, Vector } from 'apache-arrow';
import { type MemoryReport, type Report, reduceMemory, scan, writeDataset } from 'apply-parallel';
import { makeSales } from '../fixtures/sales.js';
import { salesFeatures } from './sales-features.js';
import type { Sales } from './sales-histories.js';
import type { Items } from './sales-model.js';
import { printTable } from './support/print-table.js';

const { values: args } = parseArgs({ options: { rows: { type: 'string' }, out: { type: 'string' } } });
const rows = Number(args.rows ?? 500_000);
const out = fileURLToPath(new URL('../out/', import.meta.url));
const csv = (name: string) => join(out, `sales-${rows}`, `${name}.csv`);
if (!existsSync(csv('items'))) {
  const made = makeSales({ rows });
  for (const name of ['sales', 'items'] as const) {
    await writeDataset(made[name], { path: csv(name), ifExists: 'replace' });
  }
}

const begun = performance.now();
const read = async (name: string): Promise<Table> => (await scan(csv(name))).read();
const [sales, items] = (await Promise.all([read('sales'), read('items')])) as [Sales, Items];
const opened = performance.now();

let report: Report | undefined;
const features = await salesFeatures(sales, items, {
  progress: true,
  report: (made) => {
    report = made;
  },
});
const applied = performance.now();

let memory: MemoryReport | undefined;
const small = reduceMemory(features, {
  report: (made) => {
    memory = made;
  },
});
const reduced = performance.now();
const path = args.out ?? join(out, 'sales-features.parquet');
const written = await writeDataset(small, { path, ifExists: 'replace' });
const done = performance.now();

const { split = 0, apply = 0, combine = 0 } = report?.stages ?? {};
const quantities: Int32Array = (sales.getChild('quantity') as Vector).toArray();
const returns = quantities.filter((quantity) => quantity < 0).length;
say(
  'sales',
  `${count(sales.numRows)} rows: ${count(items.numRows)} items by month, ${count(returns)} times more came back than was sold`,
);
say('read', `${megabytes(statSync(csv('sales')).size)} of CSV in ${seconds(opened - begun)}`);
say(
  'features',
  `${count(features.numRows)} rows of ${features.numCols} columns, from ${report?.groups} categories, in ${seconds(applied - opened)}:`,
);
say(
  '',
  `${seconds(split)} to split, ${seconds(apply)} to apply with ${report?.workers} workers, ${seconds(combine)} to join`,
);
if (memory) {
  const { before, after, columns } = memory;
  say(
    'memory',
    `${megabytes(before)} before, ${megabytes(after)} with ${columns.length} columns in smaller types, in ${seconds(reduced - applied)}`,
  );
}
say('wrote', `${relative('', path)}, ${megabytes(statSync(path).size)}, in ${seconds(done - reduced)}`);
say('in all', seconds(done - begun));

console.log('\nThe item that sells best, in the last months:\n');
const back = await written.read();
printTable(lastMonthsOf(bestSeller(back), back));

/** The row in which most was sold. */
function bestSeller(table: Table): string {
  const quantity: Float64Array = (table.getChild('quantity') as Vector).toArray();
  const row = quantity.reduce((best, value, at) => (value > quantity[best] ? at : best), 0);
  return table.getChild('item')?.get(row);
}

function lastMonthsOf(name: string, table: Table): Table {
  const item = table.getChild('item') as Vector;
  const end = Array.from(item).lastIndexOf(name) + 1;
  return table
    .slice(end - 8, end)
    .select([
      'item',
      'year',
      'month',
      'quantity',
      'lag_1',
      'lag_12',
      'mean_3',
      'mean_12',
      'discount',
      'upper_growth',
    ]);
}

function say(what: string, facts: string): void {
  console.log(`${what.padStart(10)}  ${facts}`);
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
