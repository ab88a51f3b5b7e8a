import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Float64, Utf8, vectorFromArray } from 'apache-arrow';
import { ResultPacker } from '#dist/combine/index.js';
import { readResult } from '#dist/frame/index.js';
import { combineAll } from '../support/combining.js';

const rows = 5000;
const numbers = (start: number, length = rows) => Float64Array.from({ length }, (_, i) => start + i);

/** Packs the results of one claim, of which every group has as many rows as its result. */
function pack(results: readonly object[]) {
  const packer = new ResultPacker();
  const sizes = results.map((result) => readResult(result)?.numRows ?? 0);
  let ahead = sizes.reduce((a, b) => a + b, 0);
  results.forEach((result, group) => {
    packer.add(group, readResult(result), undefined, undefined, ahead);
    ahead -= sizes[group];
  });
  return packer.take().segments;
}

const firstsOf = (segments: ReturnType<typeof pack>) =>
  segments.map(({ first, counts }) => [first, ...counts]);

test('large results of a claim are one segment, in memory that is just large enough', () => {
  const segments = pack([0, 1, 2].map((g) => ({ x: numbers(g), y: new Int8Array(rows).fill(g) })));
  assert.deepEqual(firstsOf(segments), [[0, rows, rows, rows]]);
  const [x, y] = segments[0].columns.map(({ data }) => data);
  assert.equal(x?.values.buffer.byteLength, 3 * rows * 8);
  assert.deepEqual(
    [...(x?.values ?? [])],
    [0, 1, 2].flatMap((g) => [...numbers(g)]),
  );
  assert.deepEqual(
    [...(y?.values ?? [])],
    [0, 1, 2].flatMap((g) => Array(rows).fill(g)),
  );
});

test('a function may return one array again with other values', () => {
  const packer = new ResultPacker();
  const x = new Float64Array(rows);
  for (let group = 0; group < 3; group++)
    packer.add(group, readResult({ x: x.fill(group) }), undefined, undefined, 3 * rows);
  const [{ columns }] = packer.take().segments;
  assert.deepEqual([...new Set(columns[0].data?.values as Float64Array)], [0, 1, 2]);
});

test('other columns, gaps between groups, nulls and texts begin another segment', () => {
  assert.deepEqual(
    firstsOf(pack([{ x: numbers(0) }, { x: new Int32Array(rows) }, { y: new Int32Array(rows) }])),
    [
      [0, rows],
      [1, rows],
      [2, rows],
    ],
  );
  const nulls = vectorFromArray([null, ...numbers(1)], new Float64());
  const texts = vectorFromArray(Array.from({ length: rows }, String), new Utf8());
  const values = [{ x: numbers(0) }, { x: nulls }, { x: numbers(2) }, { x: texts }, { x: numbers(4) }];
  assert.equal(pack(values).length, 5);
  const packer = new ResultPacker();
  for (const group of [1, 3, 4])
    packer.add(group, readResult({ x: numbers(group) }), undefined, undefined, 9 * rows);
  assert.deepEqual(firstsOf(packer.take().segments), [
    [1, rows],
    [3, rows, rows],
  ]);
});

test('a wrong guess of the rows ahead only makes more segments', () => {
  const packer = new ResultPacker();
  for (const [group, ahead] of [0, 0, 1e9, -5, Number.NaN].entries()) {
    packer.add(group, readResult({ x: numbers(group) }), undefined, undefined, ahead);
  }
  const segments = packer.take().segments;
  assert.equal(
    segments.reduce((sum, { numRows }) => sum + numRows, 0),
    5 * rows,
  );
});

test('large and small results in turns keep their order', () => {
  const sizes = [5000, 3, 5000, 6000, 1, 1, 7000, 40_000, 2];
  const results = sizes.map((size, g) => ({
    x: numbers(g * 100_000, size),
    g: new Int32Array(size).fill(g),
  }));
  for (const workers of [0, 1, 3]) {
    const out = combineAll(results, { workers });
    assert.deepEqual(
      [...(out.getChild('x')?.toArray() ?? [])],
      results.flatMap(({ x }) => [...x]),
    );
    assert.deepEqual(
      [...(out.getChild('g')?.toArray() ?? [])],
      results.flatMap(({ g }) => [...g]),
    );
  }
});
