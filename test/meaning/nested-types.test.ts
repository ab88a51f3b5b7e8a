// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type DataType, type Dictionary, type Table, Type } from 'apache-arrow';
import { applyParallel, dump, groupby, load, Memory, shutdown } from 'apply-parallel';
import fc from 'fast-check';
import { cellsOf, chunksOf, typeName } from '../support/cells.js';
import { anyTable, anyType, type TableOptions } from '../support/random-tables.js';

/*
 * Random nested tables, in up to twenty groups, through functions that hand back what they get, in every
 * form, and through files: what comes out has the table's types at every depth, and its values.
 * NESTED_TABLES=20000 tries as many, NESTED_SEED others.
 */

const numRuns = Number(process.env.NESTED_TABLES ?? 60);
const seed = Number(process.env.NESTED_SEED ?? 17);

after(() => shutdown());

const contains = (type: DataType, ids: readonly Type[]): boolean =>
  ids.includes(type.typeId) ||
  (type.typeId === Type.Dictionary && contains((type as Dictionary).dictionary, ids)) ||
  (type.children ?? []).some((child) => contains(child.type, ids));

interface Case {
  readonly table: Table;
  readonly groups: number;
  readonly step: number;
}

const cases = (options: TableOptions = {}): fc.Arbitrary<Case> =>
  fc.record({
    table: anyTable({
      minColumns: 1,
      maxColumns: 3,
      maxBatches: 2,
      maxRows: 25,
      isModest: true,
      ...options,
    }),
    groups: fc.integer({ min: 1, max: 20 }),
    /** Every how manieth row is left out; 0: none. */
    step: fc.constantFrom(0, 0, 3),
  });

/** Puts neighbouring rows into one group, so that the result has the table's order. */
const keysOf = ({ numRows }: Table, groups: number) =>
  Array.from({ length: numRows }, (_, row) => Math.floor((row * groups) / numRows));

const typesOf = ({ schema }: Table) => schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`);

/** Types whose cells are not compared. NaN has one bit pattern in JavaScript, and an object each key once. */
const INEXACT = [Type.Float, Type.Map, Type.Union];

function assertSame(actual: Table, expected: Table, inexact: readonly Type[] = []): void {
  assert.deepEqual(typesOf(actual), typesOf(expected));
  expected.schema.fields.forEach(({ name, type }, k) => {
    if (contains(type, inexact)) return;
    assert.deepEqual(cellsOf(chunksOf(actual, k)), cellsOf(chunksOf(expected, k)), `${name}: ${type}`);
  });
}

/** Libraries that have only numbers refuse integers beyond 2^53. */
const isRefused = (error: unknown) => /exact up to 2\^53|exceeds integer number/.test(String(error));

const check = (arbitrary: fc.Arbitrary<Case>, run: (one: Case) => Promise<void>, runs = numRuns) =>
  fc.assert(fc.asyncProperty(arbitrary, run), { numRuns: runs, seed });

const forms = {
  records: (group: unknown[], step: number) => (step ? group.filter((_, row) => row % step) : group),
  columns: (group: object) => group,
  danfo: (group: object) => group,
  arquero: (group: object) => group,
  arrow: (group: object) => group,
};

for (const [input, fn] of Object.entries(forms)) {
  for (const nJobs of [1, 2]) {
    test(`through ${input}, nJobs: ${nJobs}`, async () => {
      await check(
        cases(),
        async ({ table, groups, step }) => {
          const keys = keysOf(table, groups);
          let out: Table;
          try {
            const options = { input: input as 'records', output: 'arrow', nJobs } as const;
            out = await applyParallel(groupby(table, keys), (group) => fn(group as never, step), options);
          } catch (error) {
            if (isRefused(error)) return;
            throw error;
          }
          const isWhole = input !== 'records' || step === 0;
          if (isWhole) assertSame(out, table, input === 'arrow' || input === 'columns' ? [] : INEXACT);
          else if (out.numRows > 0) assert.deepEqual(typesOf(out), typesOf(table));
        },
        nJobs === 1 ? numRuns : Math.ceil(numRuns / 10),
      );
    });
  }
}

test('through rows, of stored groups', async () => {
  const location = join(tmpdir(), `apply-parallel-nested-types-${process.pid}`);
  const cache = new Memory({ location, verbose: 0 });
  await check(
    cases(),
    async ({ table, groups }) => {
      const grouped = groupby(table, keysOf(table, groups));
      const options = { input: 'records', output: 'arrow', nJobs: 1, cache } as const;
      await applyParallel(grouped, (group) => group.slice(0, -1), options);
      const [first, again] = [
        await applyParallel(grouped, (group) => group, options),
        await applyParallel(grouped, (group) => group, options),
      ];
      assertSame(first, table, INEXACT);
      assertSame(again, table, INEXACT);
    },
    Math.ceil(numRuns / 4),
  );
  await rm(location, { recursive: true });
});

for (const ending of ['dump', 'arrow']) {
  test(`through .${ending} files`, async () => {
    const file = join(tmpdir(), `apply-parallel-nested-types-${process.pid}.${ending}`);
    await check(cases(), async ({ table }) => {
      await dump(table, file);
      assertSame(await load(file), table);
    });
    await rm(file);
  });
}

/**
 * Parquet has no unions, no views and no structs without members, and parquet-wasm stops at some
 * dictionaries.
 */
const inParquet = anyType.filter(
  (type) =>
    !contains(type, [
      Type.Null,
      Type.Union,
      Type.Interval,
      Type.Utf8View,
      Type.BinaryView,
      Type.Dictionary,
      Type.Duration,
      Type.Date,
    ]) && !String(type).includes('{}'),
);

test('through Parquet files', async () => {
  const file = join(tmpdir(), `apply-parallel-nested-types-${process.pid}.parquet`);
  await check(cases({ type: inParquet }), async ({ table }) => {
    await dump(table, file);
    // The random decimals have more digits than their types say, which Parquet cuts off.
    assertSame(await load(file), table, [Type.Decimal]);
  });
  await rm(file);
});
