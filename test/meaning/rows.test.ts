// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DataType, type Table, Type } from 'apache-arrow';
import { filterParallel, groupby, shutdown, transformParallel } from 'apply-parallel';
import fc from 'fast-check';
import { chunksOf, rowsOf, typeName } from '../support/cells.js';
import { referenceKeys } from '../support/key-reference.js';
import { anyTable, keyType } from '../support/random-tables.js';

/*
 * The verbs that keep the order of the rows, for tables of every type: what comes out is what a plain loop
 * gives.
 */

after(() => shutdown());

interface Context {
  readonly index: number;
}

const table = anyTable({ first: keyType, maxColumns: 3, maxRows: 15 });

const howToRun = fc.record({
  backend: fc.constantFrom('threads' as const, 'inline' as const, 'async' as const),
  nJobs: fc.constantFrom(1, 2, 3, -1),
  batchSize: fc.constantFrom('auto' as const, 1, 7),
});

/** The key of each row, null for none. */
const keysOf = (input: Table): (string | null)[] =>
  referenceKeys(input.schema.fields[0].type, chunksOf(input, 0)).map((key) => key?.id ?? null);

/** Dictionaries of several batches become one, whose indices may be wider. */
const typesOf = ({ schema }: Table): string[] =>
  schema.fields.map(({ name, type }) => `${name}: ${typeName(type).replace(/, u?int\d+>/gi, '>')}`);

/** Unions have no nulls of their own: a row without a result is a null of their first child. */
const hasUnion = (type: DataType): boolean =>
  type.typeId === Type.Union || (type.children ?? []).some((child) => hasUnion(child.type));

/** Functions that return the rows they get, so that columns are handed back, copied, or a mixture of both. */
const functions: readonly {
  readonly name: string;
  readonly fn: (group: Table, context: Context) => unknown;
}[] = [
  { name: 'the group', fn: (group) => group },
  { name: 'a promise of it', fn: async (group) => group },
  {
    name: 'its columns',
    fn: (group) =>
      Object.fromEntries(group.schema.fields.map(({ name }) => [name, group.getChild(String(name))])),
  },
  {
    name: 'its columns, in some groups copies',
    fn: (group, { index }) => (index % 2 === 0 ? group : group.slice(0, 1).concat(group.slice(1))),
  },
];

test('transformParallel gives every row back to its place', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      howToRun,
      fc.constantFrom(...functions),
      fc.boolean(),
      async (input, how, { fn, name }, dropna) => {
        const keys = keysOf(input);
        const isNull = keys.map((key) => dropna && key === null);
        fc.pre(!isNull.includes(true) || !input.schema.fields.some(({ type }) => hasUnion(type)));
        const nulls = input.schema.fields.map(() => 'null');
        const expected = rowsOf(input).map((row, r) => (isNull[r] ? nulls : row));
        const out = await transformParallel(groupby(input, 'c0', { dropna }), fn as never, how);
        assert.deepEqual(rowsOf(out as Table), expected, name);
        if (input.numRows > 0) assert.deepEqual(typesOf(out as Table), typesOf(input), name);
        assert.deepEqual((out as Table).schema.metadata, input.schema.metadata);
      },
    ),
    { numRuns: 300 },
  );
});

test('transformParallel in the columns form, with columns of its own', async () => {
  await fc.assert(
    fc.asyncProperty(table, howToRun, async (input, how) => {
      const keys = keysOf(input);
      fc.pre(!keys.includes(null) || !input.schema.fields.some(({ type }) => hasUnion(type)));
      const out = await transformParallel(
        groupby(input, 'c0'),
        (group, { key }) => ({
          ...group,
          at: Int32Array.from({ length: group.c0.length }, (_, i) => i),
          word: Array.from({ length: group.c0.length }, (_, i) => `${i}`),
          of: new Array(group.c0.length).fill(String(key)),
        }),
        { ...how, input: 'columns', output: 'arrow' },
      );
      const seen = new Map<string, number>();
      const expected = rowsOf(input).map((row, r) => {
        const key = keys[r];
        if (key === null) return [...row.map(() => 'null'), null, null];
        const at = seen.get(key) ?? 0;
        seen.set(key, at + 1);
        return [...row, at, `${at}`];
      });
      const own = rowsOf(out as unknown as Table).map((row) => row.slice(0, input.numCols));
      assert.deepEqual(
        own,
        expected.map((row) => row.slice(0, input.numCols)),
      );
      if (seen.size === 0) return;
      assert.deepEqual(
        [...(out.getChild('at') ?? [])],
        expected.map((row) => row[input.numCols]),
      );
      assert.deepEqual(
        [...(out.getChild('word') ?? [])],
        expected.map((row) => row[input.numCols + 1]),
      );
    }),
    { numRuns: 150 },
  );
});

test('filterParallel keeps the rows of some groups, in the order of the table', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      howToRun,
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (input, how, size, dropna) => {
        const keys = keysOf(input);
        const sizes = new Map<string | null, number>();
        for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
        const isKept = (key: string | null) =>
          (key !== null || !dropna) && (sizes.get(key) as number) >= size;
        const out = await filterParallel(
          groupby(input, 'c0', { dropna }),
          (group) => group.numRows >= size,
          how,
        );
        assert.deepEqual(
          rowsOf(out as Table),
          rowsOf(input).filter((_, r) => isKept(keys[r])),
        );
        assert.deepEqual(typesOf(out as Table), typesOf(input));
      },
    ),
    { numRuns: 300 },
  );
});
