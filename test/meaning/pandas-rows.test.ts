// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type ColumnVector,
  filterParallel,
  type GroupBy,
  groupby,
  shutdown,
  transformParallel,
} from 'apply-parallel';
import { DataFrame } from 'danfojs-node';

/*
 * transformParallel and filterParallel give what groupby.transform and groupby.filter of pandas give: on the
 * cases that fixtures/make_rows.py recorded, and on fresh ones where ORACLE_PYTHON names a Python.
 */

after(() => shutdown());

type Cell = string | number | null;
type Columns = { readonly [name: string]: readonly Cell[] };

interface Case {
  readonly columns: Columns;
  readonly by: readonly string[];
  readonly labels: readonly (string | number)[];
  readonly sort: boolean;
  readonly dropna: boolean;
  readonly verb: 'transform' | 'filter';
  readonly function: string;
  readonly p: number;
  /** What pandas gives: columns, and the labels of the rows. */
  readonly expected: Columns;
  readonly index: readonly (string | number)[];
}

type Numbers = Float64Array;
const present = (s: Numbers) => s.filter((value) => !Number.isNaN(value));
const sum = (s: Numbers) => present(s).reduce((total, value) => total + value, 0);
const mean = (s: Numbers) => sum(s) / present(s).length;

const transforms: { readonly [name: string]: (s: Numbers) => Numbers } = {
  identity: (s) => s,
  demean: (s) => s.map((value) => value - mean(s)),
  share: (s) => s.map((value) => value / sum(s)),
  cumsum(s) {
    let total = 0;
    return s.map((value) => {
      if (Number.isNaN(value)) return value;
      total += value;
      return total;
    });
  },
  rank: (s) =>
    s.map((value) => {
      if (Number.isNaN(value)) return value;
      const less = s.filter((other) => other < value).length;
      return less + (s.filter((other) => other === value).length + 1) / 2;
    }),
  shift: (s) => s.map((_, row) => (row === 0 ? Number.NaN : s[row - 1])),
  top: (s) => new Float64Array(s.length).fill(present(s).length > 0 ? Math.max(...present(s)) : Number.NaN),
  ffill(s) {
    let last = Number.NaN;
    return s.map((value) => {
      if (!Number.isNaN(value)) last = value;
      return last;
    });
  },
};

type Group = { readonly x: Numbers; readonly n: Int32Array; readonly s: ColumnVector };

const filters: { readonly [name: string]: (group: Group, p: number) => boolean } = {
  size: ({ x }, p) => x.length >= p,
  mean: ({ x }, p) => mean(x) > p,
  word: ({ s }) => Array.from(s).includes('a'),
  always: () => true,
  never: () => false,
};

/** A case's frame, of one kind or another. */
function frameOf({ columns }: Case, kind: string): object {
  const x = Float64Array.from(columns.x, (value) => (value ?? Number.NaN) as number);
  const n = Int32Array.from(columns.n as number[]);
  if (kind === 'columns') return { ...columns, x, n };
  const rows = columns.x.map((_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])),
  );
  return rows;
}

const danfoOf = ({ columns, labels }: Case) =>
  new DataFrame(columns as { [name: string]: Cell[] }, { index: [...labels] });

/** Numbers as pandas has them, with null for every missing value. */
const cells = (column: Iterable<unknown>): Cell[] =>
  Array.from(column, (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return `${value}`;
    return typeof value === 'string' ? value : Number(value);
  });

const isClose = (a: Cell, b: Cell): boolean =>
  a === b ||
  (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)));

function assertColumns(actual: object, expected: Columns, what: string): void {
  for (const [name, wanted] of Object.entries(expected)) {
    const got = cells((actual as { [name: string]: Iterable<unknown> })[name] ?? []);
    const row = wanted.findIndex((value, at) => !isClose(value, got[at] ?? null));
    assert.equal(got.length, wanted.length, `${what}: rows of ${name}`);
    assert.equal(row, -1, `${what}: ${name}[${row}] is ${got[row]}, pandas has ${wanted[row]}`);
  }
}

async function check(given: Case, at: number): Promise<void> {
  const { by, sort, dropna, function: name, p } = given;
  const options = { sort, dropna };
  const how = [{ nJobs: 2 }, { nJobs: 1 }][at % 2];
  const what = `case ${at} (${given.verb} ${name})`;
  const transform = transforms[name];
  const filter = filters[name];
  const run = (grouped: GroupBy<object>) =>
    given.verb === 'transform'
      ? transformParallel(
          grouped,
          (g: Group) => ({ x: transform(g.x), n: transform(Float64Array.from(g.n)) }),
          { ...how, input: 'columns', output: 'columns' },
        )
      : filterParallel(grouped, (g: Group) => filter(g, p), { ...how, input: 'columns', output: 'columns' });
  // Neither rows nor danfojs tell the type of a column without a value.
  const isTyped = Object.values(given.columns).every((values) => values.some((value) => value !== null));
  const kinds = isTyped ? ['columns', 'records'] : ['columns'];
  for (const kind of kinds) {
    const frame = frameOf(given, kind);
    assertColumns(await run(groupby(frame, [...by], options)), given.expected, `${what}, ${kind}`);
  }
  if (at % 5 > 0 || !isTyped) return;
  const grouped = groupby(danfoOf(given), [...by], options);
  const labelled =
    given.verb === 'transform'
      ? await transformParallel(grouped, (g) => g)
      : await filterParallel(grouped, (g: Group) => filter(g, p), { input: 'columns' });
  assert.deepEqual(labelled.index, given.index, `${what}: labels`);
}

const record = fileURLToPath(new URL('../../fixtures/rows/cases.json', import.meta.url));
const script = fileURLToPath(new URL('../../fixtures/make_rows.py', import.meta.url));

test('as pandas has it, recorded', async () => {
  const { cases } = JSON.parse(readFileSync(record, 'utf8')) as { cases: Case[] };
  assert.ok(cases.length >= 100);
  for (const [at, given] of cases.entries()) await check(given, at);
});

const python = process.env.ORACLE_PYTHON;

test('as pandas has it, asked now', { skip: python ? false : 'ORACLE_PYTHON names no Python' }, async () => {
  const seed = process.env.ORACLE_SEED ?? String(Date.now() % 1e6);
  const count = process.env.ORACLE_CASES ?? '200';
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { cases } = JSON.parse(execFileSync(python as string, ['-B', script, seed, count], options)) as {
    cases: Case[];
  };
  for (const [at, given] of cases.entries())
    await check(given, at).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
});
