// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import type { Table } from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import fc from 'fast-check';
import { buffersOf, chunksOf, rowsOf, typeName } from '../support/cells.js';
import { compareKeys, referenceKeys } from '../support/key-reference.js';
import { anyTable, keyType } from '../support/random-tables.js';

/*
 * Through the front door, with real worker threads: whatever the table, what comes out is what a plain loop
 * gives.
 */

after(() => shutdown());

type Rows = readonly (readonly string[])[];

/** The rows of each group, by a plain loop over the rows. */
function serialGroups(table: Table, sort: boolean): Rows[] {
  const keys = referenceKeys(table.schema.fields[0].type, chunksOf(table, 0));
  const groups = new Map<string, { key: (typeof keys)[number]; rows: string[][] }>();
  rowsOf(table).forEach((row, r) => {
    const key = keys[r];
    if (key === null) return;
    const group = groups.get(key.id) ?? { key, rows: [] };
    group.rows.push(row);
    groups.set(key.id, group);
  });
  const list = [...groups.values()];
  if (sort) list.sort((a, b) => compareKeys(a.key, b.key));
  return list.map(({ rows }) => rows);
}

interface Context {
  readonly index: number;
}

/** A function, and what it does to the rows of a group. */
interface Case {
  readonly name: string;
  readonly fn: (group: Table, context: Context) => unknown;
  readonly model: (rows: Rows, index: number) => Rows;
}

const cases: readonly Case[] = [
  { name: 'identity', fn: (group) => group, model: (rows) => rows },
  { name: 'async identity', fn: async (group) => group, model: (rows) => rows },
  { name: 'first row', fn: (group) => group.slice(0, 1), model: (rows) => rows.slice(0, 1) },
  { name: 'all but the first row', fn: (group) => group.slice(1), model: (rows) => rows.slice(1) },
  {
    name: 'every other group',
    fn: (group, { index }) => (index % 2 ? null : group),
    model: (rows, index) => (index % 2 ? [] : rows),
  },
  {
    name: 'an object of the vectors',
    fn: (group) =>
      Object.fromEntries(group.schema.fields.map(({ name }) => [name, group.getChild(String(name))])),
    model: (rows) => rows,
  },
  {
    name: 'rows of some groups, all of others',
    fn: (group, { index }) => (index % 3 === 1 ? group.slice(0, 2) : group),
    model: (rows, index) => (index % 3 === 1 ? rows.slice(0, 2) : rows),
  },
];

const table = anyTable({ first: keyType, maxColumns: 3, maxRows: 15 });

const howToRun = fc.record({
  backend: fc.constantFrom('threads' as const, 'inline' as const, 'async' as const),
  nJobs: fc.constantFrom(1, 2, 3, -1),
  batchSize: fc.constantFrom('auto' as const, 1, 7),
});

/** Dictionaries of several batches become one, whose indices may be wider. */
const typesOf = ({ schema }: Table): string[] =>
  schema.fields.map(({ name, type }) => `${name}: ${typeName(type).replace(/, u?int\d+>/gi, '>')}`);

test('applyParallel is a plain loop, on any backend, in any batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      howToRun,
      fc.constantFrom(...cases),
      fc.boolean(),
      async (input, options, { fn, model, name }, sort) => {
        const expected = serialGroups(input, sort).flatMap(model);
        const out = await applyParallel(groupby(input, 'c0', { sort }), fn as never, options);
        assert.deepEqual(rowsOf(out), expected, name);
        if (expected.length > 0 || name === 'identity') assert.deepEqual(typesOf(out), typesOf(input), name);
        assert.deepEqual(out.schema.metadata, input.schema.metadata);
      },
    ),
    { numRuns: 250 },
  );
});

test('the columns form: handed back as it came it is the table sorted by key, rows in their order', async () => {
  await fc.assert(
    fc.asyncProperty(table, howToRun, async (input, options) => {
      const expected = serialGroups(input, true).flat();
      const columns = { ...options, input: 'columns' as const };
      const same = await applyParallel(groupby(input, 'c0'), (group) => group, columns);
      assert.deepEqual(rowsOf(same), expected);
      const more = await applyParallel(
        groupby(input, 'c0'),
        (group, { index }) => ({ ...group, index: new Int32Array(group.c0.length).fill(index) }),
        columns,
      );
      assert.deepEqual(
        rowsOf(more).map((row) => row.slice(0, input.numCols)),
        expected,
      );
      assert.deepEqual(typesOf(same), typesOf(input));
      if (expected.length === 0) return;
      const sizes = groupby(input, 'c0').sizes();
      assert.deepEqual(
        [...(more.getChild('index') ?? [])],
        sizes.flatMap((size, index) => Array(size).fill(index)),
      );
      assert.deepEqual(typesOf(more).slice(0, -1), typesOf(input));
    }),
    { numRuns: 120 },
  );
});

test('every key finds its group, and row counts add up to the rows that have a key', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), fc.boolean(), async (input, sort, dropna) => {
      const grouped = groupby(input, 'c0', { sort, dropna });
      const frames = [...grouped];
      // Times nearer to each other than a millisecond have keys that read the same.
      const distinct = new Set(grouped.keys.map((key) => inspect(key))).size === grouped.size;
      for (const [key, frame] of frames) {
        if (distinct) assert.deepEqual(rowsOf(grouped.getGroup(key)), rowsOf(frame));
      }
      const missing = referenceKeys(input.schema.fields[0].type, chunksOf(input, 0)).filter(
        (key) => key === null,
      );
      const rows = grouped.sizes().reduce((sum, size) => sum + size, 0);
      assert.equal(rows, input.numRows - (dropna ? missing.length : 0));
    }),
    { numRuns: 200 },
  );
});

test('iterating and getGroup give the groups that applyParallel has; row counts add up', async () => {
  await fc.assert(
    fc.asyncProperty(table, howToRun, async (input, options) => {
      const grouped = groupby(input, 'c0');
      const expected = serialGroups(input, true);
      assert.deepEqual(
        Array.from(grouped, ([, frame]) => rowsOf(frame)),
        expected,
      );
      assert.deepEqual(
        grouped.sizes(),
        expected.map((rows) => rows.length),
      );
      const counts = await applyParallel(grouped, (group) => ({ rows: group.numRows }), options);
      assert.equal(counts.numRows, grouped.size);
      const total = [...(counts.getChild('rows') ?? [])].reduce((sum, rows) => sum + Number(rows), 0);
      if (grouped.size > 0) assert.equal(total, expected.flat().length);
    }),
    { numRuns: 80 },
  );
});

const digests = (input: Table): string[] =>
  Array.from(buffersOf(input), (buffer) => createHash('sha1').update(new Uint8Array(buffer)).digest('hex'));

/** Writes to everything a function can reach. */
function spoil(group: Table): unknown {
  const visit = (data: Table['data'][number]): void => {
    for (const view of [data.values, data.nullBitmap, data.valueOffsets, data.typeIds]) {
      const bytes = view as unknown as Uint8Array | undefined;
      if (bytes?.byteLength) new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).fill(0x5a);
    }
    data.children.forEach(visit as never);
    data.dictionary?.data.forEach(visit as never);
  };
  for (const batch of group.batches) visit(batch.data as never);
  return { n: [1] };
}

test('the input is neither changed nor detached, whatever the function does to its group', async () => {
  await fc.assert(
    fc.asyncProperty(table, howToRun, async (input, options) => {
      // What a call returns lies in shared memory and is sorted already: such input has every short way open
      // to it.
      const sorted = await applyParallel(groupby(input, 'c0'), (group) => group, options);
      for (const given of [input, sorted]) {
        const before = digests(given);
        await applyParallel(groupby(given, 'c0'), spoil as never, options);
        await applyParallel(
          groupby(given, 'c0'),
          (group) => {
            for (const column of Object.values(group))
              if (ArrayBuffer.isView(column)) column.fill(1 as never);
            return { n: [1] };
          },
          { ...options, input: 'columns', onError: 'skip' },
        );
        assert.deepEqual(digests(given), before);
      }
    }),
    { numRuns: 80 },
  );
});

test('a list of frames is taken as the groups it is', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable({ minColumns: 1, maxColumns: 3 }), howToRun, async (frame, options) => {
      const parts = [frame, ...(frame.numRows > 2 ? [frame.slice(1, 3), frame.slice(2)] : []), frame];
      const pairs = parts.map((part, k) => [k, part] as const);
      const out = await applyParallel(pairs, (group: Table) => group, options);
      assert.deepEqual(rowsOf(out as Table), parts.flatMap(rowsOf));
    }),
    { numRuns: 60 },
  );
});
