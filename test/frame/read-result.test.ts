// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Int32, Table, tableFromArrays, Utf8, vectorFromArray } from 'apache-arrow';
import { DataFrame } from 'danfojs-node';
import { readResult } from '#dist/frame/index.js';
import { cellsOf } from '../support/cells.js';

/** A result as plain data: its columns in order. */
function read(value: unknown): { numRows: number; columns: { [name: string]: string[] } } | null {
  const result = readResult(value);
  return (
    result && {
      numRows: result.numRows,
      columns: Object.fromEntries(result.columns.map(({ field, chunks }) => [field.name, cellsOf(chunks)])),
    }
  );
}

const two = read(tableFromArrays({ x: Float64Array.of(1, 2) }));

describe('what a function may return', () => {
  test('nothing', () => {
    assert.equal(readResult(null), null);
    assert.equal(readResult(undefined), null);
  });

  test('tables, record batches, DataFrames, rows, columns: all the same', () => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2) });
    assert.deepEqual(read(table.batches[0]), two);
    assert.deepEqual(read([{ x: 1 }, { x: 2.5 }])?.numRows, 2);
    assert.deepEqual(read({ x: [1, 2.5] }), read(tableFromArrays({ x: Float64Array.of(1, 2.5) })));
    assert.deepEqual(read({ x: Float64Array.of(1, 2) }), two);
    assert.deepEqual(read({ x: table.getChild('x') }), two);
    assert.equal(read(new DataFrame({ x: [1, 2.5] }))?.numRows, 2);
  });

  test('tables of several batches', () => {
    const vector = vectorFromArray(['a', 'b'], new Utf8());
    const table = new Table({ s: vector.concat(vectorFromArray([null], new Utf8())) });
    assert.equal(read(table)?.numRows, 3);
    assert.equal(read(table)?.columns.s[2], 'null');
  });

  test('one row object is one row', () => {
    const row = read({ mean: 1.5, name: 'a', day: new Date(0), missing: null });
    assert.equal(row?.numRows, 1);
    assert.deepEqual(Object.keys(row?.columns ?? {}), ['mean', 'name', 'day', 'missing']);
    assert.deepEqual(row?.columns.missing, ['null']);
  });

  test('vectors of any kind: anything with a length and get', () => {
    const light = { length: 2, get: (i: number) => i + 0.5, toArray: () => [0.5, 1.5] };
    assert.deepEqual(read({ x: light }), read({ x: [0.5, 1.5] }));
  });

  test('empty ones: no rows, the columns known', () => {
    assert.deepEqual(read({ x: new Int32Array(0), y: [] }), { numRows: 0, columns: { x: [], y: [] } });
    assert.deepEqual(read([]), { numRows: 0, columns: {} });
    assert.deepEqual(read({}), { numRows: 0, columns: {} });
    assert.equal(read(tableFromArrays({ x: new Int32Array(0) }))?.numRows, 0);
  });

  test('columns of every typed array keep their type', () => {
    const arrays = [
      Int8Array,
      Int16Array,
      Int32Array,
      Uint8Array,
      Uint16Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ];
    for (const TypedArray of arrays) {
      const [column] = readResult({ x: new TypedArray(2) })?.columns ?? [];
      assert.ok(column.chunks[0].values instanceof TypedArray, TypedArray.name);
    }
  });

  test('names are kept as they are, dots, spaces and all', () => {
    const names = ['a.b', 'c d', 'e-f', '', 'ä', 'constructor', '__proto__'];
    const columns = Object.fromEntries(names.map((name) => [name, [1]]));
    assert.deepEqual(Object.keys(columns).length, names.length);
    assert.deepEqual(
      readResult(columns)?.columns.map(({ field }) => field.name),
      names,
    );
  });
});

describe('what it may not return', () => {
  const refused = (value: unknown, message: RegExp) =>
    assert.throws(() => readResult(value), { name: 'ApplyError', code: 'ERR_BAD_RESULT', message });

  test('something that is no frame: the value is shown', () => {
    refused(42, /returned 42, which is no frame/);
    refused('text', /returned 'text', which is no frame/);
    refused(true, /returned true/);
    refused(5n, /returned 5n/);
    refused(new Map([[1, 2]]), /Map\(1\) \{ 1 => 2 \}/);
    refused(() => 1, /\[Function/);
    refused([1, 2, 3], /\[ 1, 2, 3 \]/);
    refused(Float64Array.of(1), /Float64Array\(1\) \[ 1 \]/);
    refused(new Date(0), /1970/);
  });

  test('columns of different lengths: both columns and their lengths', () => {
    refused({ x: [1, 2], y: [1] }, /'x' has 2 values and 'y' has 1/);
    refused({ x: new Int32Array(3), y: vectorFromArray([1], new Int32()) }, /'x' has 3 values and 'y' has 1/);
  });

  test('a scalar among columns: the column, the value, and what to do', () => {
    refused({ x: [1, 2], mean: 1.5 }, /column 'mean' is 1\.5, but 'x' is a column of 2 values.*\[row\]/);
    refused({ name: 'a', x: [1, 2] }, /column 'name' is 'a', but 'x' is a column of 2 values/);
    refused({ x: [1, 2], nothing: null }, /column 'nothing' is null/);
  });

  test('values of kinds that do not go together in one column: the column and the values', () => {
    refused({ x: [1, 'a'] }, /column ["']x["']/);
    refused({ x: [1, 'a'] }, /'a'/);
    refused([{ y: 1 }, { y: 'b' }], /column ["']y["']/);
    refused({ f: [() => 1] }, /column ["']f["']/);
    refused({ f: [Symbol('s')] }, /column ["']f["']/);
  });
});
