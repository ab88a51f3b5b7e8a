import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Field,
  Float64,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromArrays,
} from 'apache-arrow';
import { applyParallel, groupby, keyFrom } from 'apply-parallel';

const rows = [
  { price: 4, at: new Date(5), name: 'a' },
  { price: 250, at: new Date(6), name: 'b' },
  { price: 5, at: new Date(5), name: 'c' },
];
const invalid = { code: 'ERR_INVALID_OPTION' };

describe('keyFrom', () => {
  test('keys of every kind', () => {
    type Sale = (typeof rows)[number];
    assert.deepEqual(
      groupby(
        rows,
        keyFrom('k', (row: Sale) => row.price > 100),
      ).keys,
      [false, true],
    );
    assert.deepEqual(
      groupby(
        rows,
        keyFrom('k', (row: Sale) => row.price % 3),
      ).keys,
      [1, 2],
    );
    assert.deepEqual(
      groupby(
        rows,
        keyFrom('k', (row: Sale) => BigInt(row.price)),
      ).keys,
      [4n, 5n, 250n],
    );
    assert.deepEqual(
      groupby(
        rows,
        keyFrom('k', (row: Sale) => row.at),
      ).keys,
      [new Date(5), new Date(6)],
    );
    const some = keyFrom('k', (row: Sale) => (row.price > 100 ? undefined : row.name));
    assert.deepEqual(groupby(rows, some).keys, ['a', 'c']);
    assert.deepEqual(groupby(rows, some, { dropna: false }).sizes(), [1, 1, 1]);
    assert.deepEqual(
      groupby(
        rows,
        keyFrom('k', () => null),
      ).keys,
      [],
    );
  });

  test('two columns of one name cannot be in a row, unless the function does not read them', () => {
    const columns = [
      [1, 2],
      [3, 4],
      [5, 6],
    ].map((values) => makeVector(Float64Array.from(values)));
    const fields = ['x', 'x', 'k'].map((name) => new Field(name, new Float64()));
    const children = columns.map(({ data }) => data[0]);
    const rowsOf = makeData({ type: new Struct(fields), length: 2, children });
    const table = new Table([new RecordBatch(new Schema(fields), rowsOf)]);
    assert.throws(
      () =>
        groupby(
          table,
          keyFrom('z', () => 1),
        ).size,
      {
        ...invalid,
        message:
          "keyFrom('z'): there are several columns named 'x', and a row can hold only one; " +
          'rename one, or name the columns that the function reads with { columns }',
      },
    );
    const byK = keyFrom('z', (row: { k: number }) => row.k, { columns: ['k'] });
    assert.deepEqual(groupby(table, byK).keys, [5, 6]);
  });

  test('sees plain rows of every kind of frame, once each, with the columns it names', () => {
    const table = tableFromArrays({ x: Int32Array.of(1, 2), s: ['p', 'q'] });
    const seen: object[] = [];
    const all = keyFrom('k', (row) => {
      seen.push(row);
      return String(row.s);
    });
    assert.deepEqual(groupby(table, all).keys, ['p', 'q']);
    assert.deepEqual(seen, [
      { x: 1, s: 'p' },
      { x: 2, s: 'q' },
    ]);
    const some: object[] = [];
    groupby(
      table,
      keyFrom('k', (row) => some.push(row) > 0, { columns: ['s'] }),
    );
    assert.deepEqual(some, [{ s: 'p' }, { s: 'q' }]);
  });

  test('has a name in the result, and a way for many rows', async () => {
    const table = tableFromArrays({ x: Int32Array.from({ length: 10_000 }, (_, i) => i) });
    const out = await applyParallel(
      groupby(
        table,
        keyFrom('tens', (row: { x: number }) => row.x % 10),
      ),
      (g) => ({ n: [g.numRows] }),
      { groupKeys: true, backend: 'inline', output: 'records' },
    );
    assert.equal(out.length, 10);
    assert.deepEqual(out[9], { tens: 9, n: 1000 });
  });

  test('bad input', () => {
    const bad = (find: () => unknown, message: RegExp) => assert.throws(find, { ...invalid, message });
    const cause = new Error('no');
    const throwing = keyFrom('k', () => {
      throw cause;
    });
    assert.throws(() => groupby(rows, throwing), { ...invalid, message: /threw for row 0/, cause });
    bad(() => groupby(rows, keyFrom('k', (async () => 1) as never)), /promise for row 0/);
    bad(
      () =>
        groupby(
          rows,
          keyFrom('k', (row) => (row.price === 4 ? 1 : 'a')),
        ),
      /mixes/,
    );
    bad(() => groupby(rows, keyFrom('k', (() => ({ a: 1 })) as never)), /keys are scalars/);
    bad(() => keyFrom('k', 5 as never), /function/);
    bad(() => keyFrom((() => 1) as never, (() => 1) as never), /name of the key column/);
    bad(() => keyFrom('k', () => 1, { column: ['x'] } as never), /did you mean 'columns'/);
    assert.throws(
      () =>
        groupby(
          rows,
          keyFrom('k', () => 1, { columns: ['y'] }),
        ),
      { code: 'ERR_UNKNOWN_COLUMN' },
    );
    assert.deepEqual(
      groupby(
        [] as object[],
        keyFrom('k', () => 1),
      ).keys,
      [],
    );
  });
});
