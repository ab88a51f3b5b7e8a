import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  Dictionary,
  Field,
  Float64,
  Int8,
  Int32,
  Schema,
  Table,
  tableFromArrays,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import fc from 'fast-check';
import { cellsOf, chunksOf, typeName } from '../support/cells.js';
import { anyTable, keyType } from '../support/random-tables.js';

after(() => shutdown());

const rows = [
  { shop: 'b', day: new Date(5), x: 1 },
  { shop: 'a', day: null, x: 2 },
  { shop: 'b', day: new Date(5), x: 3 },
];
const inline = { groupKeys: true, backend: 'inline' } as const;

describe('keys in the result', () => {
  test('come first, of their own type, repeated for every row of the result', async () => {
    const out = await applyParallel(
      groupby(rows, ['shop', 'day'], { dropna: false }),
      (g) => g.map(({ x }) => ({ x })),
      inline,
    );
    assert.deepEqual(out, [
      { shop: 'a', day: null, x: 2 },
      { shop: 'b', day: new Date(5), x: 1 },
      { shop: 'b', day: new Date(5), x: 3 },
    ]);
  });

  test('are the same from workers, and from generators', async () => {
    const counted = (g: unknown[]) => ({ n: g.length });
    const expected = [
      { shop: 'a', n: 1 },
      { shop: 'b', n: 2 },
    ];
    assert.deepEqual(await applyParallel(groupby(rows, 'shop'), counted, { groupKeys: true }), expected);
    for (const returnAs of ['generator', 'generatorUnordered'] as const) {
      const frames: object[] = [];
      for await (const { frame, index } of applyParallel(groupby(rows, 'shop'), counted, {
        groupKeys: true,
        returnAs,
      }))
        frames[index] = frame[0];
      assert.deepEqual(frames, expected);
    }
  });

  test('have the exact type of any column, for results of any length', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable({ first: keyType, maxColumns: 0 }), fc.boolean(), async (table, dropna) => {
        const grouped = groupby(table, 'c0', { dropna });
        // The first row of the group again and again: its key.
        const repeated = (g: Table, times: number) => {
          const chunks = new Array<Table>(times).fill(g.slice(0, 1)).flatMap((part) => chunksOf(part, 0));
          return new Table({ own: new Vector(chunks) });
        };
        for (const times of [1, 3]) {
          const out = (await applyParallel(grouped, (g) => repeated(g as Table, times), {
            ...inline,
          })) as Table;
          if (grouped.size === 0) continue;
          assert.deepEqual(
            out.schema.fields.map(({ name }) => name),
            ['c0', 'own'],
          );
          assert.equal(typeName(out.schema.fields[0].type), typeName(out.schema.fields[1].type));
          assert.deepEqual(cellsOf(chunksOf(out, 0)), cellsOf(chunksOf(out, 1)));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a result that has a column of the name keeps its own', async () => {
    const out = await applyParallel(groupby(rows, 'shop'), (g) => [{ x: g.length, shop: 'mine' }], inline);
    assert.deepEqual(out, [
      { x: 1, shop: 'mine' },
      { x: 2, shop: 'mine' },
    ]);
    const same = await applyParallel(groupby(rows, 'shop'), (g) => g, inline);
    assert.deepEqual(same, [rows[1], rows[0], rows[2]]);
    const some = await applyParallel(
      groupby(rows, 'shop'),
      (g, { key }) => (key === 'a' ? [{ n: g.length }] : [{ n: g.length, shop: 'mine' }]),
      inline,
    );
    assert.deepEqual(some, [
      { shop: 'a', n: 1 },
      { shop: 'mine', n: 2 },
    ]);
  });

  test('of categories without rows', async () => {
    const type = new Dictionary(new Utf8(), new Int8());
    const table = new Table({
      c: vectorFromArray(['q', 'p', 'q'], type),
      n: vectorFromArray([1, 1, 2], new Int32()),
    });
    const cut = table.slice(0, 1);
    const out = await applyParallel(
      groupby(cut, ['c', 'n'], { observed: false }),
      (g) => ({ rows: [g.numRows] }),
      {
        ...inline,
        output: 'records',
      },
    );
    assert.deepEqual(out, [
      { c: 'p', n: 1, rows: 0 },
      { c: 'q', n: 1, rows: 1 },
    ]);
  });

  test('keys given row by row, and keys of given frames', async () => {
    const counted = (g: unknown[]) => ({ n: g.length });
    assert.deepEqual(await applyParallel(groupby(rows, [2, 1, 2]), counted, inline), [
      { key: 1, n: 1 },
      { key: 2, n: 2 },
    ]);
    assert.deepEqual(
      await applyParallel(
        [
          ['b', rows.slice(0, 1)],
          ['a', rows],
        ] as const,
        counted,
        inline,
      ),
      [
        { key: 'b', n: 1 },
        { key: 'a', n: 3 },
      ],
    );
    assert.deepEqual(await applyParallel([[['b', 1], rows]] as const, counted, inline), [
      { key0: 'b', key1: 1, n: 3 },
    ]);
    assert.deepEqual(await applyParallel([rows, rows], counted, inline), [
      { key: 0, n: 3 },
      { key: 1, n: 3 },
    ]);
    await assert.rejects(
      applyParallel(
        [
          [['b', 1], rows],
          ['c', rows],
        ] as const,
        counted,
        inline,
      ),
      /keys of one shape/,
    );
  });

  test('stand in the schema where no result has rows, and before a declared schema', async () => {
    const table = tableFromArrays({ k: ['b', 'a'], x: Float64Array.of(1, 2) });
    const names = (out: unknown) => (out as Table).schema.fields.map(({ name }) => name);
    assert.deepEqual(names(await applyParallel(groupby(table, 'k'), () => null, inline)), ['k', 'x']);
    assert.deepEqual(
      names(await applyParallel(groupby(table, 'k'), () => ({ y: new Float64Array(0) }), inline)),
      ['k', 'y'],
    );
    const schema = new Schema([new Field('y', new Float64(), true)]);
    const out = await applyParallel(groupby(table, 'k'), () => ({ y: Float64Array.of(1, 2) }), {
      ...inline,
      schema,
    });
    assert.deepEqual(names(out), ['k', 'y']);
    assert.equal(out.numRows, 4);
    const none = await applyParallel(groupby(table.slice(0, 0), 'k'), () => null, { ...inline, schema });
    assert.deepEqual(names(none), ['k', 'y']);
  });

  test('two keys of one name are an error', async () => {
    await assert.rejects(
      applyParallel(groupby(rows, ['shop', 'shop']), () => [{ n: 1 }], inline),
      {
        code: 'ERR_INVALID_OPTION',
        message: /two keys are named 'shop'/,
      },
    );
  });

  test('replacements of failed groups have their keys', async () => {
    const out = await applyParallel(
      groupby(rows, 'shop'),
      (g) => {
        if (g.length === 1) throw new Error('one');
        return { n: g.length };
      },
      { ...inline, onError: () => [{ n: -1 }, { n: -2 }] },
    );
    assert.deepEqual(out, [
      { shop: 'a', n: -1 },
      { shop: 'a', n: -2 },
      { shop: 'b', n: 2 },
    ]);
  });
});
