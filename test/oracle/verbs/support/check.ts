import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  Table as ArrowTable,
  DateMillisecond,
  Dictionary,
  Float64,
  Int32,
  type Table,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import {
  type ApplyError,
  applyParallel,
  cogroup,
  type Dataset,
  filterParallel,
  groupby,
  transformParallel,
  writeDataset,
} from 'apply-parallel';
import type { JsonColumn, JsonFrame, VerbAnswer, VerbCase } from './case.js';

/** Runs the case here and compares: undefined where both sides agree, else what differs. */
export async function verbMismatch(
  verbCase: VerbCase,
  answer: VerbAnswer,
  folder: string,
): Promise<string | undefined> {
  if (answer.failure) return `pandas failed: ${answer.failure}`;
  const path = join(folder, 'rows.arrow');
  const options = { backend: 'inline', input: 'columns' } as const;
  try {
    if (verbCase.memory === 'frame') await check(verbCase, answer, options, async (table) => table);
    else {
      let files = 0;
      const open = (table: Table) =>
        writeDataset(table, { path: `${path}${files++}.arrow`, rowGroupRows: verbCase.rowGroupRows });
      const spilled = { ...options, memoryLimit: LIMIT, spillTo: join(folder, 'spill') };
      await check(verbCase, answer, verbCase.memory === 'spilled' ? spilled : options, open);
    }
  } catch (error) {
    // A group larger than the limit says so; the case has no more to tell.
    if ((error as ApplyError).code === 'ERR_GROUP_TOO_LARGE' && verbCase.memory === 'spilled')
      return undefined;
    const { message, stack } = error as Error;
    return error instanceof assert.AssertionError ? message : `failed here: ${stack}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

/** Bytes: a few groups of the larger cases. */
const LIMIT = 2500;

type Open = (table: Table) => Promise<Table | Dataset>;

async function check(verbCase: VerbCase, answer: VerbAnswer, options: object, open: Open): Promise<void> {
  const { columns, by, dropna, sort } = verbCase;
  const group = (of: Table | Dataset) => groupby(of as Table, [...by], { dropna, sort });
  const grouped = group(await open(tableOf(columns)));
  if (verbCase.verb === 'transform') {
    const fn = transforms[verbCase.fn];
    const out = await transformParallel(grouped, ((g: Rows) => ({ x: fn(g.x) })) as never, options);
    const values = [...((out as unknown as Table).getChild('x') ?? [])] as (number | null)[];
    assert.deepEqual(values.map(nullOf), answer.values);
  } else if (verbCase.verb === 'filter') {
    const out = await filterParallel(grouped, filters[verbCase.fn] as never, options);
    assert.deepEqual([...((out as unknown as Table).getChild('row') ?? [])], answer.rows);
  } else {
    const { how, other } = verbCase;
    const both = cogroup(grouped, group(await open(tableOf(other))), { how });
    const sizes = (a: Rows, b: Rows) => [{ a: a.x.length, b: b.x.length }];
    const out = await applyParallel(both, sizes as never, { ...options, output: 'records' });
    const found = (out as unknown as { a: number; b: number }[]).map(({ a, b }) => [a, b]);
    assert.deepEqual(found, answer.sizes);
  }
}

interface Rows {
  readonly x: Float64Array;
  readonly row: Int32Array;
}

const nullOf = (value: number | null) => (value === null || Number.isNaN(value) ? null : value);
const present = (x: Float64Array) => x.filter((value) => !Number.isNaN(value));
const sum = (x: Float64Array) => present(x).reduce((a, b) => a + b, 0);

/** The functions, which fixtures/verbs_server.py has too. */
const transforms: { readonly [name: string]: (x: Float64Array) => Float64Array } = {
  demean: (x) => x.map((value) => value - sum(x) / present(x).length),
  cumulative(x) {
    let total = 0;
    return x.map((value) => {
      if (!Number.isNaN(value)) total += value;
      return Number.isNaN(value) ? value : total;
    });
  },
  lag: (x) => x.map((_, i) => (i === 0 ? Number.NaN : x[i - 1])),
  count: (x) => x.map(() => present(x).length),
  largest: (x) => x.map(() => (present(x).length === 0 ? Number.NaN : Math.max(...present(x)))),
  fill(x) {
    let last = Number.NaN;
    return x.map((value) => {
      if (!Number.isNaN(value)) last = value;
      return last;
    });
  },
};

const filters: { readonly [name: string]: (g: Rows) => boolean } = {
  many: (g) => g.x.length > 4,
  positive: (g) => sum(g.x) > 0,
  complete: (g) => present(g.x).length === g.x.length,
  early: (g) => g.row[0] < 20,
};

function tableOf(columns: JsonFrame): Table {
  const [{ values }] = Object.values(columns);
  const vectors = Object.entries(columns).map(([name, column]) => [name, vectorOf(column)] as const);
  const row = vectorFromArray(Int32Array.from(values, (_, i) => i));
  return new ArrowTable({ ...Object.fromEntries(vectors), row }) as unknown as Table;
}

function vectorOf({ dtype, values }: JsonColumn): Vector {
  const types = {
    int: new Int32(),
    float: new Float64(),
    text: new Utf8(),
    category: new Dictionary(new Utf8(), new Int32()),
    date: new DateMillisecond(),
  };
  return vectorFromArray(values as never[], types[dtype]) as unknown as Vector;
}
