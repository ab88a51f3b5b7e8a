// slow: npm run test:fast leaves this file out

import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Table, tableFromIPC } from 'apache-arrow';
import {
  type AnyTable,
  type ApplyOptions,
  applyParallel,
  type GroupbyOptions,
  groupby,
} from 'apply-parallel';
import { functions } from '../../fixtures/functions.js';
import { assertTablesEqual } from '../support/table-equal.js';

/** What fixtures/make_golden.py says about a case. */
interface GoldenCase {
  name: string;
  note: string;
  by: string[];
  function: string;
  options: GroupbyOptions;
  forms: ('columns' | 'same')[];
  tolerance: number;
}

type Layout = (table: AnyTable) => AnyTable;

const folder = new URL('../../fixtures/golden/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')) as { cases: GoldenCase[] };

const layouts: { [name: string]: Layout } = {
  'one batch': (table) => table,
  'batches of 3 rows': (table) => rebatch(table, 3),
};

for (const golden of cases) {
  describe(`${golden.name}: ${golden.note}`, () => {
    for (const form of golden.forms) {
      for (const backend of ['inline', 'threads'] as const) {
        for (const [layout, relaid] of Object.entries(layouts)) {
          test(`${form}, ${backend}, ${layout}`, () => check(golden, form, backend, relaid));
        }
      }
    }
  });
}

async function check(
  golden: GoldenCase,
  form: 'columns' | 'same',
  backend: ApplyOptions['backend'],
  relaid: Layout,
): Promise<void> {
  const input = relaid(read(golden, 'input'));
  const actual = await run(golden, input, form, { backend, nJobs: 2 });
  assertTablesEqual(actual, read(golden, 'expected'), { tolerance: golden.tolerance });
  assertTablesEqual(input, read(golden, 'input'));
}

async function run(
  { name, by, function: fn, options }: GoldenCase,
  input: AnyTable,
  form: 'columns' | 'same',
  how: Pick<ApplyOptions, 'backend' | 'nJobs'>,
): Promise<AnyTable> {
  const { columns, same } = functions[fn];
  const grouped = groupby(input, by, options);
  if (form === 'columns' && columns) return applyParallel(grouped, columns, { ...how, input: 'columns' });
  if (form === 'same' && same) return applyParallel(grouped, same, how);
  throw new Error(`case ${name}: functions.ts has no ${form} form of ${fn}`);
}

function read({ name }: GoldenCase, part: 'input' | 'expected'): AnyTable {
  return tableFromIPC(readFileSync(new URL(`${name}.${part}.arrow`, folder)));
}

/** The same rows in record batches of `size` rows. */
function rebatch(table: AnyTable, size: number): AnyTable {
  const count = Math.ceil(table.numRows / size);
  if (count < 2) return table;
  const slices = Array.from({ length: count }, (_, i) => table.slice(i * size, (i + 1) * size));
  return new Table(slices.flatMap((slice) => slice.batches));
}
