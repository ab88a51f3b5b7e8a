import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Data, Float64, Int16, Int32, makeData, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { groupby, transformParallel } from 'apply-parallel';
import type { FrameResult } from '#dist/frame/index.js';
import { WriteWatch } from '#dist/groups/write-watch.js';

const n = 1000;
const numbers = Float64Array.from({ length: n }, (_, i) => i);
const columns = () => {
  const x = numbers.slice();
  const k = Int32Array.from(numbers);
  const data = [
    makeData({ type: new Float64(), data: x }),
    makeData({ type: new Int32(), data: k }),
    makeData({ type: new Int16(), data: new Int16Array(n) }),
    vectorFromArray(Array.from(numbers, String), new Utf8()).data[0],
  ] as unknown as Data[];
  return { x, k, data, written: new Int32Array(new SharedArrayBuffer(4 * 4)) };
};

describe('WriteWatch', () => {
  it('tells which columns of numbers nobody wrote to, and does not know of others', () => {
    const { x, data, written } = columns();
    const watch = new WriteWatch(data, written);
    assert.deepEqual([...written], [0, 0, 1, 1]);
    for (const [from, rows] of [
      [0, 5],
      [5, 500],
      [505, 0],
    ] as const) {
      watch.before(from, rows);
      watch.after();
    }
    assert.deepEqual([...written], [0, 0, 1, 1]);
    watch.before(505, 200);
    x.subarray(505, 705).reverse();
    watch.after();
    assert.deepEqual([...written], [1, 0, 1, 1]);
  });

  it('sees a single bit, in small groups and large', () => {
    for (const rows of [3, 900]) {
      const { x, k, data, written } = columns();
      const watch = new WriteWatch(data, written);
      watch.before(1, rows);
      x[rows] = -0 * x[rows] + x[rows] + 2 ** -30;
      k[rows] ^= 1;
      watch.after();
      assert.deepEqual([...written], [1, 1, 1, 1]);
    }
  });

  it('knows nothing of the group of a function that failed', () => {
    const { data, written } = columns();
    const watch = new WriteWatch(data, written);
    watch.before(0, 10);
    watch.before(10, 10);
    assert.deepEqual([...written], [1, 1, 1, 1]);
  });

  it('leaves columns that are not handed back', () => {
    const { data, written } = columns();
    const watch = new WriteWatch(data, written);
    watch.keepOnly({ numRows: 1, columns: [{ input: 1 }] } as unknown as FrameResult);
    assert.deepEqual([...written], [1, 0, 1, 1]);
  });
});

describe('transformParallel of functions that write to their groups', () => {
  const k = vectorFromArray(Int32Array.from({ length: n }, (_, i) => i % 7));
  const x = vectorFromArray(numbers);
  const table = new Table({ k, x }) as unknown as Table;
  const sums = (g: { x: Float64Array }) => ({ ...g, y: new Float64Array(g.x.length).fill(g.x[0]) });
  type Fn = (g: { x: Float64Array }, context: { index: number }) => object | Promise<object>;
  const writers: { readonly [name: string]: Fn } = {
    'every group': (g) => {
      g.x.reverse();
      return sums(g);
    },
    'one group': (g, { index }) => {
      if (index === 3) g.x[0] = -1;
      return sums(g);
    },
    'one group, later': async (g, { index }) => {
      await null;
      if (index === 3) g.x[0] = -1;
      return sums(g);
    },
    'one group, in its last row': (g, { index }) => {
      const result = sums(g);
      if (index === 6) g.x[g.x.length - 1] = 5.5;
      return result;
    },
  };
  for (const [name, fn] of Object.entries(writers)) {
    for (const how of [{ nJobs: 1 }, { nJobs: 2 }, { backend: 'async' }] as const) {
      it(`has what they wrote: ${name}, ${JSON.stringify(how)}`, async () => {
        const out = (await transformParallel(groupby(table, 'k'), fn as never, {
          input: 'columns',
          ...how,
        })) as unknown as Table;
        const expected = numbers.slice();
        for (let key = 0; key < 7; key++) {
          const rows = Array.from({ length: n }, (_, row) => row).filter((row) => row % 7 === key);
          const group = { x: Float64Array.from(rows, (row) => expected[row]) };
          await fn(group, { index: key });
          rows.forEach((row, at) => {
            expected[row] = group.x[at];
          });
        }
        assert.deepEqual([...(out.getChild('x') ?? [])], [...expected]);
        assert.deepEqual([...(table.getChild('x') ?? [])], [...numbers], 'the frame stays as it was');
      });
    }
  }
});
