import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { makeData, makeVector, Table, TimestampNanosecond, tableFromArrays } from 'apache-arrow';
import { applyParallel, groupby, rolling, shutdown, windows } from 'apply-parallel';
import { slice } from 'apply-parallel/columns';

/* The bounds of windows are compared with pandas in test/columns/pandas.test.ts. */

after(() => shutdown());

const group = { day: Int32Array.of(1, 2, 2, 9), x: Float64Array.of(3, 4, 8, 5), shop: ['a', 'b', 'c', 'd'] };
const boundsOf = (made: Iterable<{ row: number; from: number; to: number }>) =>
  Array.from(made, ({ row, from, to }) => [row, from, to]);

describe('windows', () => {
  test('by rows leave out those that are not complete, unless min is smaller', () => {
    assert.deepEqual(boundsOf(windows(group, { rows: 3 })), [
      [2, 0, 3],
      [3, 1, 4],
    ]);
    assert.deepEqual(boundsOf(windows(group, { rows: 3, min: 2, step: 2 })), [[2, 0, 3]]);
  });

  test('by a column of numbers end at their row, or before its value', () => {
    assert.deepEqual(boundsOf(windows(group, { on: 'day', every: 1 })), [
      [0, 0, 1],
      [1, 1, 2],
      [2, 1, 3],
      [3, 3, 4],
    ]);
    const before = windows(group, { on: 'day', every: 10, closed: 'left', min: 0 });
    assert.deepEqual(boundsOf(before), [
      [0, 0, 0],
      [1, 0, 1],
      [2, 0, 1],
      [3, 0, 3],
    ]);
  });

  test('by an empty array, which has no type, are none', () => {
    assert.deepEqual([...windows({ at: [] as Date[] }, { on: 'at', every: '1d' })], []);
    assert.equal(rolling({ at: [] as Date[] }, { on: 'at', every: '1d', min: 0 }, () => 1).length, 0);
  });

  test('can be gone through again, and keep their rows when the next one comes', () => {
    const all = windows(group, { rows: 2 });
    const [first, second] = all;
    const frames = Array.from(all, ({ frame }) => frame);
    assert.deepEqual([first.frame.x, second.frame.x], [Float64Array.of(3, 4), Float64Array.of(4, 8)]);
    assert.deepEqual(
      frames.map(({ x }) => x[0]),
      [3, 4, 8],
    );
    assert.equal(first.frame.x.buffer, group.x.buffer, 'a view');
    assert.deepEqual([frames[0].shop, frames[2].day], [['a', 'b'], Int32Array.of(2, 9)]);
  });

  test('of a table are tables', () => {
    const table = tableFromArrays({ day: group.day, x: group.x });
    const frames = Array.from(windows(table, { on: 'day', every: 1 }), ({ frame }) => frame);
    assert.ok(frames.every((frame) => frame instanceof Table));
    assert.deepEqual(
      frames.map(({ numRows, numCols }) => [numRows, numCols]),
      [
        [1, 2],
        [1, 2],
        [2, 2],
        [1, 2],
      ],
    );
    assert.deepEqual(frames[2].getChild('x')?.toArray(), Float64Array.of(4, 8));
    assert.deepEqual(
      frames[2].toArray().map((row) => row.toJSON()),
      [
        { day: 2, x: 4 },
        { day: 2, x: 8 },
      ],
    );
    assert.deepEqual(frames[2].select(['x']).getChild('x')?.get(1), 8);
    assert.equal(frames[0].getChild('y' as never), null);
  });

  test('of nanoseconds far apart are exact', () => {
    const times = [0n, 1n, 9_000_000_000_000_000_000n, 9_000_000_000_000_000_001n];
    const at = makeVector(makeData({ type: new TimestampNanosecond(), data: BigInt64Array.from(times) }));
    const made = windows(new Table({ at }), { on: 'at', every: '1ns' });
    assert.deepEqual(
      Array.from(made, ({ from }) => from),
      [0, 1, 2, 3],
    );
    assert.deepEqual(
      Array.from(windows(new Table({ at }), { on: 'at', every: '2ns' }), ({ from }) => from),
      [0, 0, 2, 2],
    );
  });

  test('a spread of a window says what to write instead', async () => {
    const [window] = windows(group, { rows: 2 });
    assert.deepEqual(slice(window.frame, 0).x, Float64Array.of(3, 4));
    await assert.rejects(
      applyParallel(groupby({ k: [1], x: [2] }, 'k'), (g) => ({ ...[...windows(g, { rows: 1 })][0].frame }), {
        input: 'columns',
        nJobs: 1,
      }),
      /\.\.\.w\.frame is not possible; use \.\.\.slice\(group, w\.from, w\.to\)/,
    );
  });
});

describe('rolling', () => {
  test('gives numbers with NaN, or values with null', () => {
    assert.deepEqual(
      rolling(group, { rows: 2 }, ({ frame }) => frame.x[0] + frame.x[1]),
      Float64Array.of(Number.NaN, 7, 12, 13),
    );
    assert.deepEqual(
      rolling(group, { rows: 2 }, ({ frame }) => frame.shop.join('')),
      [null, 'ab', 'bc', 'cd'],
    );
    assert.deepEqual(
      rolling(group, { rows: 1 }, ({ row }) => (row === 0 ? 7 : row === 1 ? null : 'text')),
      [7, null, 'text', 'text'],
    );
    assert.deepEqual(
      rolling(group, { rows: 9 }, () => 'text'),
      new Float64Array(4).fill(Number.NaN),
    );
    assert.deepEqual(
      rolling(group, { rows: 9, type: 'values' }, () => 'text'),
      [null, null, null, null],
    );
    assert.deepEqual(
      rolling(group, { rows: 1, type: 'values' }, () => 1),
      [1, 1, 1, 1],
    );
  });

  test('runs in workers, where it is imported from the package or from its columns', async () => {
    const sales = {
      shop: ['a', 'b', 'a', 'a'],
      at: [1, 1, 2, 9].map((day) => new Date(Date.UTC(2024, 0, day))),
      x: [1, 2, 3, 4],
    };
    const made = await applyParallel(
      groupby(sales, 'shop'),
      (g) => ({
        shop: g.shop,
        rows: rolling(g, { on: 'at', every: '7d' }, ({ from, to }) => to - from),
        first: rolling(g, { on: 'at', every: '7d' }, ({ frame }) => frame.shop.get(0)),
      }),
      { input: 'columns', output: 'records', nJobs: 2 },
    );
    assert.deepEqual(made, [
      { shop: 'a', rows: 1, first: 'a' },
      { shop: 'a', rows: 2, first: 'a' },
      { shop: 'a', rows: 1, first: 'a' },
      { shop: 'b', rows: 1, first: 'b' },
    ]);
  });

  test('a function that throws ends it, and a promise is refused', () => {
    assert.throws(
      () =>
        rolling(group, { rows: 1 }, () => {
          throw new RangeError('mine');
        }),
      RangeError,
    );
    assert.throws(() => rolling(group, { rows: 1 }, async () => 1), {
      code: 'ERR_BAD_RESULT',
      message: /promise.*row 0/,
    });
    assert.throws(() => rolling(group, { rows: 1, type: 'numbers' }, () => 'a' as never), {
      code: 'ERR_BAD_RESULT',
      message: /'a'/,
    });
  });
});

describe('bad options', () => {
  const bad = (options: object, message: RegExp, frame: object = group) =>
    assert.throws(() => windows(frame as typeof group, options as never), {
      code: 'ERR_INVALID_OPTION',
      message,
    });

  for (const rows of [0, -1, 1.5, Number.NaN, '3']) {
    test(`rows: ${rows}`, () => bad({ rows }, /windows: rows must be a positive whole number/));
  }
  for (const [options, message] of [
    [{}, /takes \{ rows: 50 \} or \{ on: 'date', every: '7d' \}, got \{\}/],
    [{ rows: 3, on: 'day', every: 1 }, /or \{ on/],
    [{ on: 'day' }, /got \{ on: 'day' \}/],
    [{ every: 3 }, /got \{ every: 3 \}/],
    [{ rows: 3, min: -1 }, /min must be a whole number from 0/],
    [{ rows: 3, min: 4 }, /min must be at most rows, got { rows: 3, min: 4 }/],
    [{ rows: 3, step: 0 }, /step must be a positive whole number/],
    [{ rows: 3, closed: 'end' }, /closed must be 'right', 'left', 'both' or 'neither'/],
    [{ rows: 3, centre: true }, /did you mean 'center'/],
    [{ on: 'day', every: '1d' }, /'day' is a column of numbers, so every must be a number/],
    [{ on: 'day', every: 0 }, /number above 0/],
    [{ on: 'shop', every: 1 }, /dates, times or numbers; 'shop' has type Utf8/],
    [{ on: 'x', every: 1 }, /'x' is not sorted: row 2 has 8 and row 3 has 5; .*sortBy\(group, 'x'\)/],
  ] as const) {
    test(JSON.stringify(options), () => bad(options, message));
  }

  test('times: months, nothing and nulls', () => {
    const at = { at: [new Date(0), new Date(5)] };
    bad({ on: 'at', every: '1mo' }, /months and longer periods differ in length/, at);
    bad({ on: 'at', every: '7D' }, /got '7D'; did you mean '7d'\?$/, at);
    bad({ on: 'at', every: '0d' }, /whole number from 1/, at);
    bad({ on: 'at', every: 5 }, /'at' is a column of times/, at);
    bad({ on: 'at', every: '1d' }, /no value in row 1; .*filterRows/, { at: [new Date(0), null] });
    bad({ on: 'at', every: '1d' }, /row 0 has 1970-01-02.* row 1 has 1970-01-01/, {
      at: [new Date(86_400_000), new Date(0)],
    });
  });

  test('a column that is not there, and a group of another form', () => {
    assert.throws(() => windows(group, { on: 'dai' as never, every: 1 }), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /did you mean 'day'/,
    });
    assert.throws(() => windows([{ x: 1 }] as never, { rows: 1 }), {
      code: 'ERR_NOT_A_FRAME',
      message: /a frame of kind 'records'; .*input: 'columns'/,
    });
    assert.throws(() => windows(undefined as never, { rows: 1 }), { code: 'ERR_NOT_A_FRAME' });
    assert.throws(() => rolling(group, { rows: 1 }, 3 as never), { code: 'ERR_INVALID_OPTION' });
  });
});
