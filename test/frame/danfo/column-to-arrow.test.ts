import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import type { Table, Vector } from 'apache-arrow';
import type { DataFrame as Frame } from 'danfojs-node';
import { danfoAdapter } from '#dist/frame/danfo/danfo-adapter.js';

const danfo = createRequire(import.meta.url)('danfojs-node') as typeof import('danfojs-node');
const { DataFrame, Series } = danfo;

before(() => danfoAdapter.load?.());

const toArrow = (frame: unknown): Table => danfoAdapter.toArrow(frame as never);
const fromArrow = (table: Table): Frame => danfoAdapter.fromArrow(table) as unknown as Frame;
const roundTrip = (frame: unknown): Frame => fromArrow(toArrow(frame));
const types = (table: Table): string[] => table.schema.fields.map((field) => String(field.type));
const cells = (frame: Frame): unknown[] => (frame.values as unknown[][]).map(([cell]) => cell);

describe('a DataFrame to Arrow', () => {
  test('types', () => {
    const frame = new DataFrame({
      i: [1, 2],
      f: [1.5, 2],
      s: ['a', 'b'],
      b: [true, false],
      d: [new Date(0), new Date(1)],
      l: [[1], [2, 3]],
    });
    const table = toArrow(frame);
    assert.deepEqual(types(table).slice(0, 5), [
      'Int32',
      'Float64',
      'Utf8',
      'Bool',
      'Timestamp<MILLISECOND>',
    ]);
    assert.match(types(table)[5], /^List/);
    assert.deepEqual(
      table.schema.fields.map((field) => field.metadata.get('danfo.dtype')),
      ['int32', 'float32', 'string', 'boolean', 'datetime', frame.dtypes[5]],
    );
  });
  test('int32 that is more than 32 bits, or less than an integer', () => {
    const int32 = (values: unknown[]): Table =>
      toArrow(
        new DataFrame(
          values.map((x) => [x]),
          { columns: ['x'], dtypes: ['int32'] },
        ),
      );
    assert.deepEqual(types(int32([2 ** 31 - 1, -(2 ** 31)])), ['Int32']);
    assert.deepEqual(types(int32([2 ** 31])), ['Float64']);
    assert.deepEqual(types(int32([-0])), ['Float64']);
    assert.deepEqual(types(int32([1, Number.NaN, null])), ['Int32']);
    const kept = int32([null, Number.NaN, -0, Number.NaN]).getChildAt(0) as Vector;
    assert.deepEqual([...kept], [null, Number.NaN, -0, Number.NaN]);
    assert.deepEqual(roundTrip(new DataFrame([[2 ** 40]], { columns: ['x'] })).dtypes, ['int32']);
    // danfojs looks at 20 cells to name a column.
    const late = new DataFrame(
      [...new Array(30).keys(), 0.5].map((x) => [x]),
      { columns: ['x'] },
    );
    assert.deepEqual(late.dtypes, ['int32']);
    assert.deepEqual(roundTrip(late).dtypes, ['float32']);
    assert.deepEqual(cells(roundTrip(late)), cells(late));
  });
  test('what was changed in place counts', () => {
    const frame = new DataFrame({ a: [1, 2], b: [3, 4] });
    (frame.values as number[][])[0][0] = 7;
    frame.addColumn('b', new Series([5, 6]), { inplace: true });
    assert.deepEqual(roundTrip(frame).values, [
      [7, 5],
      [2, 6],
    ]);
  });
  test('nothing but missing: no type, unless the dtype is one that danfojs does not guess', () => {
    const missing = (dtype: string): Table =>
      toArrow(new DataFrame([[null], [undefined]] as never, { columns: ['x'], dtypes: [dtype] }));
    assert.deepEqual(
      ['float32', 'undefined', 'int32', 'string', 'boolean', 'datetime'].map(
        (dtype) => types(missing(dtype))[0],
      ),
      ['Null', 'Null', 'Int32', 'Utf8', 'Bool', 'Timestamp<MILLISECOND>'],
    );
    for (const dtype of ['float32', 'undefined', 'int32', 'string', 'boolean', 'datetime']) {
      assert.deepEqual(fromArrow(missing(dtype)).dtypes, [dtype]);
      assert.equal(missing(dtype).getChildAt(0)?.nullCount, 2);
    }
    assert.deepEqual(types(toArrow(new DataFrame([[Number.NaN]]))), ['Float64']);
    const unnamed = new DataFrame([[Number.NaN]], { columns: ['x'], dtypes: ['undefined'] });
    assert.deepEqual([types(toArrow(unnamed)), roundTrip(unnamed).dtypes], [['Float64'], ['float32']]);
    const nan = new DataFrame([[Number.NaN], [null]] as never, { columns: ['x'], dtypes: ['string'] });
    assert.deepEqual(
      [types(toArrow(nan)), cells(roundTrip(nan)), roundTrip(nan).dtypes],
      [['Utf8'], [null, null], ['string']],
    );
  });
  test('dtypes that addColumn of danfojs put in the wrong place', () => {
    const frame = new DataFrame({ s: ['a', 'b'], x: [1, 2] }).addColumn('y', [1.5, 2.5], { atIndex: 0 });
    assert.deepEqual(frame.dtypes, ['string', 'int32', 'float32']);
    assert.deepEqual(types(toArrow(frame)), ['Float64', 'Utf8', 'Float64']);
    assert.deepEqual(roundTrip(frame).dtypes, ['float32', 'string', 'float32']);
  });
  test('a column of two kinds is refused', () => {
    assert.throws(() => toArrow(new DataFrame({ price: [1, 'N/A'] })), {
      code: 'ERR_BAD_RESULT',
      message: /"price".*number \(row 0: 1\).*string \(row 1: 'N\/A'\)/,
    });
  });
});
