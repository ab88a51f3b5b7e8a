// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { compactBatches } from '#dist/combine/compact-batches.js';
import { ResultPacker } from '#dist/combine/index.js';
import { readResult } from '#dist/frame/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { cellsOf, rowsOf } from '../support/cells.js';
import { combineAll, tableOfData } from '../support/combining.js';
import { Random, randomColumn } from '../support/random-data.js';

test('thousands of tiny results are few batches, with every value', () => {
  const results = Array.from({ length: 5000 }, (_, g) => ({
    g: Int32Array.of(g, g),
    name: [`g${g}`, null],
    ...(g % 7 === 0 ? { sometimes: [g + 0.5, null] } : {}),
  }));
  for (const workers of [0, 1, 2]) {
    const out = combineAll(results, { workers });
    assert.ok(out.batches.length <= 2, `${out.batches.length} batches`);
    assert.equal(out.numRows, 10_000);
    const [g, name, sometimes] = ['g', 'name', 'sometimes'].map((column) => out.getChild(column)?.toArray());
    for (let row = 0; row < 10_000; row++) {
      const group = row >> 1;
      assert.equal(g?.[row], group);
      assert.equal(out.getChild('name')?.get(row), row % 2 ? null : `g${group}`);
    }
    assert.equal(name?.length, 10_000);
    assert.equal(sometimes?.length, 10_000);
    assert.equal(out.getChild('sometimes')?.nullCount, 10_000 - Math.ceil(5000 / 7));
  }
});

test('tiny results of every type', () => {
  for (const [seed, type] of scalarTypes.entries()) {
    const groups = randomColumn(type, Array(300).fill(2), new Random(seed), 9);
    const out = combineAll(
      groups.map((data) => tableOfData(data)),
      { workers: 2 },
    );
    assert.equal(out.batches.length, 1, String(type));
    const expected = cellsOf(groups).map((cell) => [cell]);
    assert.deepEqual(rowsOf(out), expected, String(type));
    if (type.typeId !== Type.Utf8View && type.typeId !== Type.BinaryView) {
      assert.deepEqual(rowsOf(tableFromIPC(tableToIPC(out))), expected, String(type));
    }
  }
});

test('large results stay as they are; the small ones between them are joined, in order', () => {
  const sizes = [40_000, 3, 4, 5, 40_000, 1, 1];
  const results = sizes.map((size, g) => ({ x: new Int32Array(size).fill(g) }));
  // Dealt to two workers, no two neighbours were made in one place.
  const out = combineAll(results, { workers: 2 });
  assert.deepEqual(
    out.batches.map((batch) => batch.numRows),
    [40_000, 12, 40_000, 2],
  );
  const expected = sizes.flatMap((size, g) => Array(size).fill(g));
  assert.deepEqual([...(out.getChild('x')?.toArray() ?? [])], expected);
});

test('strings are joined only as long as their offsets can count them', () => {
  const { schema } = tableOfData(vectorFromArray(['x'], new Utf8()).data[0]);
  const batches = [1001, 1002, 1003, 1004, 1005].map((size) => {
    const data = vectorFromArray(['x'.repeat(size)], schema.fields[0].type).data[0];
    return { schema, columns: [data], numRows: 1, bytes: data.byteLength };
  });
  const out = compactBatches(schema, batches, 2.5 * batches[0].bytes);
  assert.deepEqual(
    out.batches.map(({ numRows }) => numRows),
    [2, 2, 1],
  );
  assert.deepEqual(
    [...(out.getChildAt(0) ?? [])].map((value: string) => value.length),
    [1001, 1002, 1003, 1004, 1005],
  );
  const numbers = tableOfData(vectorFromArray([1, 2]).data[0]);
  const plain = { schema: numbers.schema, columns: [numbers.batches[0].data.children[0]], numRows: 2 };
  assert.equal(
    compactBatches(numbers.schema, [plain, plain], 0).batches.length,
    1,
    'numbers have no offsets',
  );
});

test('a worker joins results only as long as joining cannot fail for the group that came last', () => {
  const firsts = (limit: number, column: string, results: readonly object[]) => {
    const packer = new ResultPacker({ runBytes: limit });
    results.forEach((result, group) => {
      packer.add(group, readResult(result));
    });
    return packer.take().segments.map(({ first, columns }) => {
      assert.ok(columns.some(({ field }) => field.name === column));
      return first;
    });
  };
  const texts = Array.from({ length: 6 }, () => ({ s: ['x'.repeat(1000)] }));
  assert.deepEqual(firsts(2500, 's', texts), [0, 2, 4]);
  assert.deepEqual(firsts(1e6, 's', texts), [0]);
  assert.deepEqual(firsts(1, 's', texts), [0, 1, 2, 3, 4, 5], 'one result is never too large');
  const lists = texts.map(() => ({ l: [[1, 2, 3]] }));
  assert.deepEqual(firsts(1, 'l', lists), [0, 1, 2, 3, 4, 5]);
  const numbers = texts.map(() => ({ n: Float64Array.of(1, 2) }));
  assert.deepEqual(firsts(1, 'n', numbers), [0]);
});
