/**
 * Preprocessing for a sales forecast: 500,000 monthly sales, category by category on all cores, by a method of a model object.
 *
 *   npx tsx examples/sales-preprocess.ts                  to out/sales-features.arrow
 *   npx tsx examples/sales-preprocess.ts --rows 50000     fewer rows
 *   npx tsx examples/sales-preprocess.ts --out file       to another file
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Table, Vector } from 'apache-arrow';
import { applyParallel, dump, groupby, load, partial, type Report, reduceMemory } from 'apply-parallel';
import { makeSales } from '../fixtures/sales.js';
import { type Item, SalesModel, type Totals } from './sales-model.js';
import { printTable } from './support/print-table.js';

const { values: args } = parseArgs({ options: { rows: { type: 'string' }, out: { type: 'string' } } });

const { sales, items } = makeSales({ rows: Number(args.rows ?? 500_000) });
const returns = sales
  .getChild('quantity')
  ?.toArray()
  .filter((quantity: number) => quantity < 0).length;
say(
  'sales',
  `${count(sales.numRows)} rows: ${count(items.numRows)} items by month, ${count(returns)} times more came back than was sold`,
);

const master = new Map<string, Item>(items.toArray().map(({ item, ...row }) => [item, row as Item]));
const months = [...new Set<number>(sales.getChild('month'))];
const [division, upperDivision] = [totalsBy('division'), totalsBy('upper_division')];
say(
  'lookups',
  `${count(master.size)} items, ${division.size} divisions, ${upperDivision.size} upper divisions`,
);

const model = new SalesModel(months[0], months.length);
const context = { master, division, upperDivision };
let report: Report | undefined;
const features = await applyParallel(
  groupby(sales, 'category'),
  partial(model.preprocess.bind(model), context),
  {
    input: 'columns',
    progress: true,
    report: (made) => {
      report = made;
    },
  },
);
const { split = 0, apply = 0, combine = 0 } = report?.stages ?? {};
say(
  'features',
  `${count(features.numRows)} rows of ${features.numCols} columns, from ${report?.groups} categories`,
);
say(
  'time',
  `${seconds(split)} to split, ${seconds(apply)} to apply with ${report?.workers} workers, ${seconds(combine)} to join`,
);

const small = reduceMemory(features, {
  report: ({ before, after, columns }) =>
    say(
      'memory',
      `${megabytes(before)} before, ${megabytes(after)} with ${columns.length} columns in smaller types`,
    ),
});

const file = args.out ?? fileURLToPath(new URL('../out/sales-features.arrow', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
await dump(small, file);
const back = await load<Table>(file);
say('read back', `${count(back.numRows)} rows from ${relative('', file)}, ${megabytes(statSync(file).size)}`);

console.log('\nThe item that sells best, in the last months:\n');
printTable(lastMonthsOf(bestSeller(back), back));

/** Pieces sold in each month, by division or upper division. */
function totalsBy(level: 'division' | 'upper_division'): Totals {
  const totals: Totals = new Map(items.toArray().map((row) => [row[level], new Float64Array(months.length)]));
  const position = new Map(months.map((month, m) => [month, m]));
  const [month, item, quantity] = ['month', 'item', 'quantity'].map((name) =>
    (sales.getChild(name) as Vector).memoize(),
  );
  for (let row = 0; row < sales.numRows; row++) {
    const total = totals.get((master.get(item.get(row)) as Item)[level]) as Float64Array;
    total[position.get(month.get(row)) as number] += quantity.get(row);
  }
  return totals;
}

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
