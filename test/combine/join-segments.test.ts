import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Field, Float64, Int32, Utf8, vectorFromArray } from 'apache-arrow';
import { joinSegments } from '#dist/combine/join-segments.js';
import type { Segment } from '#dist/combine/segment.js';

const x = new Field('x', new Int32(), true);
const y = new Field('y', new Float64(), true);
const s = new Field('s', new Utf8(), true);

function segment(first: number, counts: number[], columns: Segment['columns']): Segment {
  return { first, counts: Int32Array.from(counts), numRows: counts.reduce((a, b) => a + b, 0), columns };
}
const numbers = (values: number[]) => vectorFromArray(values, new Float64()).data[0];
const isNext = (a: Segment, b: Segment): boolean => b.first === a.first + a.counts.length;

test('columns handed back are joined without a copy, new numbers by their values', () => {
  const joined = joinSegments(
    [
      segment(
        0,
        [2, 1],
        [
          { field: x, input: 0 },
          { field: y, data: numbers([1, 2, 3]) },
        ],
      ),
      segment(
        2,
        [1],
        [
          { field: x, input: 0 },
          { field: y, data: numbers([4]) },
        ],
      ),
    ],
    isNext,
  );
  assert.equal(joined.length, 1);
  const [{ first, counts, numRows, columns }] = joined;
  assert.deepEqual([first, [...counts], numRows], [0, [2, 1, 1], 4]);
  assert.equal(columns[0].input, 0);
  const values: Float64Array = columns[1].data?.values;
  assert.deepEqual([...values.subarray(0, 4)], [1, 2, 3, 4]);
});

test('what differs stays apart: gaps, other columns, other fields, strings, large segments', () => {
  const input = (first: number, counts = [1]) => segment(first, counts, [{ field: x, input: 0 }]);
  const texts = (first: number) =>
    segment(first, [1], [{ field: s, data: vectorFromArray(['a'], new Utf8()).data[0] }]);
  const pairs = [
    [input(0), input(2)],
    [input(0), segment(1, [1], [{ field: x, input: 1 }])],
    [input(0), segment(1, [1], [{ field: x.clone({ name: 'z' }), input: 0 }])],
    [
      segment(0, [1], [{ field: y, data: numbers([1]) }]),
      segment(1, [1], [{ field: y.clone({ nullable: false }), data: numbers([1]) }]),
    ],
    [texts(0), texts(1)],
    [input(0, [16_000]), input(1, [16_000])],
  ];
  for (const pair of pairs) assert.deepEqual(joinSegments(pair, isNext), pair);
});
