import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { cutData, describeData, reviveData } from '#dist/arrow/index.js';
import { byteLengthOf, decode, encode, encodeWhole } from '#dist/wire/index.js';
import { cellsOf, chunksOf } from '../support/cells.js';
import { anyTable } from '../support/random-tables.js';

test('rows of every type are the same after the cut, and after the way through bytes', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1 }), fc.nat(10), fc.nat(10), (table, a, b) => {
      table.schema.fields.forEach(({ type }, k) => {
        for (const chunk of chunksOf(table, k)) {
          const from = Math.min(a, chunk.length);
          const length = Math.min(b, chunk.length - from);
          const wanted = cellsOf([chunk.slice(from, length)]);
          const cut = cutData(chunk, from, length);
          assert.deepEqual(cellsOf([cut]), wanted);
          const arrived = decode(encodeWhole(describeData(cut))) as ReturnType<typeof describeData>;
          assert.deepEqual(cellsOf([reviveData(type, arrived)]), wanted);
        }
      });
    }),
    { numRuns: 500 },
  );
});

test('a few rows of a long column are few bytes', () => {
  const [data] = vectorFromArray(
    Array.from({ length: 10_000 }, (_, k) => (k % 3 ? `text ${k}` : null)),
    new Utf8(),
  ).data;
  const size = (from: number, length: number) =>
    byteLengthOf(encode(describeData(cutData(data, from, length))));
  assert.ok(size(5003, 10) < 500, String(size(5003, 10)));
  assert.ok(size(0, 10_000) > 50_000);
});
