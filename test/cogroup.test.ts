// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Dictionary,
  Int8,
  Int64,
  Table,
  TimestampMicrosecond,
  tableFromArrays,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, cogroup, groupby, transformParallel } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
import {
  byQuote,
  byTrade,
  invalid,
  one,
  type Quotes,
  quotes,
  type Trades,
  trades,
} from './support/two-frames.js';

const HOWS = { outer: [1, 2, 3, 4], inner: [1, 4], left: [1, 2, 4], right: [1, 3, 4] } as const;
const BACKENDS = [{ nJobs: 2 }, { backend: 'inline' }, { backend: 'async' }] as const;

describe('cogroup', () => {
  for (const [how, keys] of Object.entries(HOWS) as [keyof typeof HOWS, readonly number[]][]) {
    it(`gives the function the rows of both frames, with how: '${how}'`, async () => {
      const grouped = cogroup(byTrade, byQuote, { how });
      assert.equal(grouped.size, keys.length);
      assert.deepEqual(grouped.keys, [...keys]);
      const seen = { 1: [2, 2], 2: [1, 0], 3: [0, 1], 4: [2, 1] };
      assert.deepEqual(
        grouped.sizes(),
        keys.map((key) => seen[key as keyof typeof seen]),
      );
      for (const options of BACKENDS) {
        const out = await applyParallel(
          grouped,
          (t: Trades, q: Quotes, { key, index }) => ({
            key: key as number,
            index,
            trades: [...t.at].join(),
            prices: [...q.price].join(),
          }),
          { ...options, input: 'columns', output: 'records' },
        );
        const rows = {
          1: ['10,30', '7,8'],
          2: ['20', ''],
          3: ['', '9'],
          4: ['11,50', '6'],
        };
        assert.deepEqual(
          out,
          keys.map((key, index) => {
            const [at, prices] = rows[key as keyof typeof rows];
            return { key, index, trades: at, prices };
          }),
        );
      }
    });
  }

  it('iterates as [key, frames], and finds groups by key', () => {
    const grouped = cogroup(byTrade, byQuote);
    const [[key, [left, right]]] = grouped;
    assert.equal(key, 1);
    assert.deepEqual(left, { id: Int32Array.of(1, 1), at: Float64Array.of(10, 30) });
    assert.deepEqual([...right.price], [7, 8]);
    const [none, three] = grouped.getGroup(3);
    assert.deepEqual(none, { id: new Int32Array(0), at: new Float64Array(0) });
    assert.deepEqual([...three.price], [9]);
    right.price[0] = 100;
    assert.deepEqual([...grouped.getGroup(1)[1].price], [7, 8]);
    assert.throws(
      () => grouped.getGroup(7),
      invalid(/there is no group with key 7; the keys are \[ 1, 2, 3, 4 \]/),
    );
  });

  it('hands columns of any frame back in their own types, and joins results by name', async () => {
    const left = new Table({
      k: vectorFromArray(['b', 'a', 'c'], new Dictionary(new Utf8(), new Int8())),
      n: vectorFromArray([2n ** 60n, 1n, null], new Int64()),
    });
    const right = new Table({
      k: vectorFromArray(['c', 'b', 'b', 'd'], new Utf8()),
      when: vectorFromArray([1, 2, 3, 4], new TimestampMicrosecond()),
    });
    for (const input of ['arrow', 'columns'] as const) {
      for (const options of BACKENDS) {
        const grouped = cogroup(groupby(left, 'k'), groupby(right, 'k'));
        const ofRight = await applyParallel(grouped, (_, r) => r as Table, { ...options, input });
        assert.deepEqual([...(ofRight.getChild('k') as Vector)], ['b', 'b', 'c', 'd']);
        assert.deepEqual([...(ofRight.getChild('when') as Vector)], [2, 3, 1, 4]);
        assert.equal(String(ofRight.schema.fields[1].type), 'Timestamp<MICROSECOND>');
        const ofLeft = await applyParallel(grouped, (l, _) => l as Table, { ...options, input });
        assert.deepEqual([...(ofLeft.getChild('k') as Vector)], ['a', 'b', 'c']);
        assert.deepEqual([...(ofLeft.getChild('n') as Vector)], [1n, 2n ** 60n, null]);
        assert.ok(String(ofLeft.schema.fields[0].type).startsWith('Dictionary'));
        const either = await applyParallel(
          grouped,
          (l, r) => {
            const isMissing = l instanceof Table ? l.numRows === 0 : l.k.length === 0;
            return (isMissing ? r : l) as Table;
          },
          { ...options, input },
        );
        assert.deepEqual([...(either.getChild('k') as Vector)], ['a', 'b', 'c', 'd']);
        assert.deepEqual([...(either.getChild('n') as Vector)], [1n, 2n ** 60n, null, null]);
        assert.deepEqual([...(either.getChild('when') as Vector)], [null, null, null, 4]);
      }
    }
  });

  it('takes one table twice, dictionaries and all', async () => {
    const table = tableFromArrays({ k: ['a', 'b', 'a'], v: Float64Array.of(1, 2, 3) });
    for (const nJobs of [1, 2]) {
      const out = await applyParallel(
        cogroup(groupby(table, 'k'), groupby(table, 'k')),
        (left, right) => ({ k: left.getChild('k') as Vector, n: [...left].map(() => right.numRows) }),
        { nJobs },
      );
      assert.deepEqual([...(out.getChild('k') as Vector)], ['a', 'a', 'b']);
      assert.deepEqual([...(out.getChild('n') as Vector)], [2, 2, 1]);
    }
  });

  it('takes more than two frames', async () => {
    const third = groupby({ id: [4, 2, 2], note: ['x', 'y', 'z'] }, 'id');
    const count = (how: 'outer' | 'inner' | 'left' | 'right') =>
      applyParallel(
        cogroup(byTrade, byQuote, third, { how }),
        (t, q, n, { key }) => ({ all: `${key}: ${t.id.length} ${q.id.length} ${[...n.note].join('')}` }),
        { nJobs: 2, input: 'columns', output: 'records' },
      );
    const all = ['1: 2 2 ', '2: 1 0 yz', '3: 0 1 ', '4: 2 1 x'];
    const rows = (...wanted: number[]) => wanted.map((at) => ({ all: all[at] }));
    assert.deepEqual(await count('outer'), rows(0, 1, 2, 3));
    assert.deepEqual(await count('inner'), rows(3));
    assert.deepEqual(await count('left'), rows(0, 1, 3));
    assert.deepEqual(await count('right'), rows(1, 3));
  });

  it('refuses arguments that are no groupbys', async () => {
    const bad = cogroup as (...args: unknown[]) => never;
    assert.throws(() => bad(), invalid(/expected two or more groupbys/));
    assert.throws(() => bad(byTrade), invalid(/expected two or more groupbys/));
    assert.throws(() => bad(byTrade, { how: 'left' }), invalid(/expected two or more groupbys/));
    assert.throws(() => bad([byTrade, byQuote]), invalid(/expected two or more groupbys/));
    assert.throws(() => bad(trades, byQuote), invalid(/argument 0 must be groupby\(frame, by\)/));
    assert.throws(
      () => bad(byTrade, byQuote, { how: 'full' }),
      invalid(/how must be .*got 'full'; did you mean 'outer'\?/),
    );
    assert.throws(() => bad(byTrade, byQuote, { on: 'id' }), invalid(/cogroup has no option 'on'/));
    assert.throws(
      () => cogroup(byTrade, groupby(quotes, ['id', 'at'])),
      invalid(
        'cogroup: frame 1 is grouped by 2 keys, frame 0 by 1 key; give the same number of keys, in the same order',
      ),
    );
    const categories = one(new Dictionary(new Utf8(), new Int8()), ['a']);
    assert.throws(
      () => cogroup(byTrade, groupby(categories, 'k', { observed: false })),
      invalid(/frame 1 is grouped with observed: false/),
    );
    await assert.rejects(
      transformParallel(cogroup(byTrade, byQuote) as never, (g) => g as null),
      invalid(/transformParallel takes the groups of one frame/),
    );
    await assert.rejects(
      applyParallel(cogroup(byTrade, byQuote), 5 as never),
      invalid(/fn must be a function/),
    );
  });

  it('gives each frame its own kind, danfojs DataFrames too', async () => {
    const df = new DataFrame({ id: [1, 2, 1], x: ['a', 'b', 'c'] });
    const rows = [
      { id: 1, y: 5 },
      { id: 3, y: 6 },
    ];
    for (const nJobs of [1, 2]) {
      const out = await applyParallel(
        cogroup(groupby(df, 'id'), groupby(rows, 'id')),
        (d, r, { key }) => {
          const frame = d as DataFrame;
          return {
            id: key as number,
            shape: frame.shape.join('x'),
            columns: frame.columns.join(),
            rows: JSON.stringify(r),
          };
        },
        { nJobs, output: 'records' },
      );
      assert.deepEqual(out, [
        { id: 1, shape: '2x2', columns: 'id,x', rows: '[{"id":1,"y":5}]' },
        { id: 2, shape: '1x2', columns: 'id,x', rows: '[]' },
        { id: 3, shape: '0x2', columns: 'id,x', rows: '[{"id":3,"y":6}]' },
      ]);
      const same = await applyParallel(
        cogroup(df.groupby(['id']) as never, groupby(df, 'id')),
        (l: DataFrame, _r: DataFrame) => l as never,
        { nJobs },
      );
      assert.ok(same instanceof DataFrame);
      assert.deepEqual((same as DataFrame).values, [
        [1, 'a'],
        [1, 'c'],
        [2, 'b'],
      ]);
    }
  });
});
