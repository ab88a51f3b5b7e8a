// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  tableFromArrays,
  Uint32,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import {
  ApplyError,
  applyParallel,
  cogroup,
  GroupError,
  type GroupKey,
  groupby,
  Memory,
  type Progress,
  type Report,
  shareArray,
  shareTable,
  transformParallel,
} from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
import { Random } from './support/random-data.js';

const trades = {
  id: Int32Array.of(1, 4, 1, 2, 4),
  at: Float64Array.of(10, 11, 30, 20, 50),
};
const quotes = {
  id: Int32Array.of(3, 1, 4, 1),
  at: Float64Array.of(5, 6, 7, 25),
  price: Float64Array.of(9, 7, 6, 8),
};
type Trades = { id: Int32Array; at: Float64Array };
type Quotes = Trades & { price: Float64Array };

const byTrade = groupby(trades, 'id');
const byQuote = groupby(quotes, 'id');

const HOWS = { outer: [1, 2, 3, 4], inner: [1, 4], left: [1, 2, 4], right: [1, 3, 4] } as const;
const BACKENDS = [{ nJobs: 2 }, { backend: 'inline' }, { backend: 'async' }] as const;

const invalid = (message: RegExp | string) => (error: unknown) => {
  assert.ok(error instanceof ApplyError);
  assert.equal(error.code, 'ERR_INVALID_OPTION');
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  return true;
};

const one = (type: DataType, values: readonly unknown[]): Table =>
  new Table({ k: vectorFromArray(values as never[], type) as Vector });

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

  it('groups by several keys, by keys that are given, and gives them with groupKeys', async () => {
    const a = { shop: ['N', 'N', 'S'], year: Int32Array.of(1, 2, 1), x: [1, 2, 3] };
    const b = { store: ['S', 'N'], y: Float64Array.of(1, 2) };
    const grouped = cogroup(groupby(a, ['shop', 'year']), groupby({ ...b, z: [5, 6] }, ['store', 'y']));
    assert.deepEqual(grouped.keys, [
      ['N', 1],
      ['N', 2],
      ['S', 1],
    ]);
    const out = await applyParallel(grouped, (l, r) => ({ l: l.x.length, r: r.z.length }), {
      input: 'columns',
      groupKeys: true,
      nJobs: 2,
    });
    assert.deepEqual(Object.keys(out), ['shop', 'year', 'l', 'r']);
    assert.deepEqual([...(out.shop as Iterable<string>)], ['N', 'N', 'S']);
    assert.deepEqual(out.year, Float64Array.of(1, 2, 1));
    assert.deepEqual([...(out.r as Iterable<number>)], [0, 1, 1]);
    const given = cogroup(groupby(a, ['p', 'q', 'p']), groupby(b, ['q', 'r']));
    assert.deepEqual(given.keys, ['p', 'q', 'r']);
    assert.deepEqual(given.sizes(), [
      [2, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  it('keeps or drops missing keys as each groupby does, and lets null meet null', () => {
    const a = { k: [1, null, 2, null] };
    const b = { k: [null, 2, Number.NaN] };
    const sizes = (left: boolean, right: boolean, how: 'outer' | 'inner' = 'outer') => {
      const grouped = cogroup(groupby(a, 'k', { dropna: left }), groupby(b, 'k', { dropna: right }), { how });
      return grouped.keys.map((key, at) => [key, ...grouped.sizes()[at]]);
    };
    assert.deepEqual(sizes(true, true), [
      [1, 1, 0],
      [2, 1, 1],
    ]);
    assert.deepEqual(sizes(false, true), [
      [1, 1, 0],
      [2, 1, 1],
      [null, 2, 0],
    ]);
    assert.deepEqual(sizes(true, false), [
      [1, 1, 0],
      [2, 1, 1],
      [null, 0, 2],
    ]);
    assert.deepEqual(sizes(false, false, 'inner'), [
      [2, 1, 1],
      [null, 2, 2],
    ]);
    const pairs = { a: ['x', null, null], b: [null, 'y', null] };
    const both = cogroup(
      groupby(pairs, ['a', 'b'], { dropna: false }),
      groupby({ a: [null, 'x'], b: ['y', 'y'] }, ['a', 'b'], { dropna: true }),
    );
    assert.deepEqual(both.keys, [
      ['x', 'y'],
      ['x', null],
      [null, 'y'],
      [null, null],
    ]);
    assert.deepEqual(both.sizes(), [
      [0, 1],
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it('has the order of first appearance if no groupby sorts', () => {
    const a = { k: ['z', 'b', 'z'] };
    const b = { k: ['c', 'b', 'a', 'c'] };
    const keys = (left: boolean, right: boolean) =>
      cogroup(groupby(a, 'k', { sort: left }), groupby(b, 'k', { sort: right })).keys;
    assert.deepEqual(keys(false, false), ['z', 'b', 'c', 'a']);
    assert.deepEqual(keys(true, false), ['a', 'b', 'c', 'z']);
    const c = one(new Dictionary(new Utf8(), new Int8()), ['q', 'z', 'q']);
    assert.deepEqual(cogroup(groupby(c, 'k', { sort: false }), groupby(a, 'k', { sort: false })).keys, [
      'q',
      'z',
      'b',
    ]);
  });

  it('compares keys of different types by value', () => {
    const day = 86_400_000;
    const both: [a: Table | object, b: Table | object, keys: GroupKey[]][] = [
      [one(new Int32(), [1, 2]), one(new Int64(), [2n, 3n]), [1n, 2n, 3n]],
      [one(new Int8(), [1, -2]), one(new Uint32(), [1, 2 ** 32 - 1]), [-2n, 1n, 2n ** 32n - 1n]],
      [one(new Int64(), [-1n, 5n]), one(new Uint64(), [5n, 2n ** 63n - 1n]), [-1n, 5n, 2n ** 63n - 1n]],
      [one(new Int16(), [1, 2]), one(new Float64(), [2, 2.5]), [1, 2, 2.5]],
      [one(new Int64(), [2n ** 53n, 1n]), { k: [1, 0.5] }, [0.5, 1, 2 ** 53]],
      [
        one(new Float32(), [0.5, Number.POSITIVE_INFINITY]),
        { k: [0.5, -0] },
        [0, 0.5, Number.POSITIVE_INFINITY],
      ],
      [one(new Utf8(), ['b', 'a']), one(new LargeUtf8(), ['b', 'c']), ['a', 'b', 'c']],
      [one(new Dictionary(new Utf8(), new Int8()), ['b', 'a']), { k: ['b', 'é'] }, ['a', 'b', 'é']],
      [
        one(new Dictionary(new Utf8(), new Int8()), ['b', 'a']),
        one(new Dictionary(new Utf8(), new Int32()), ['c', 'b', 'c']),
        ['a', 'b', 'c'],
      ],
      [one(new Bool(), [true, false]), one(new Bool(), [true]), [false, true]],
      [one(new DateDay(), [0, day]), one(new TimestampSecond(), [day, 1000]), [0, 1000, day]],
      [one(new TimestampSecond(), [1000]), one(new TimestampNanosecond(), [1000, 2000]), [1000, 2000]],
      [
        one(new TimestampSecond('UTC'), [1000]),
        one(new TimestampMillisecond('Europe/Berlin'), [1000, 1500]),
        [1000, 1500],
      ],
      [
        one(new TimestampSecond('UTC'), [1000]),
        { k: [new Date(1000), new Date(7)] },
        [new Date(7), new Date(1000)],
      ],
      [one(new DateMillisecond(), [5]), { k: [new Date(5), new Date(7)] }, [new Date(5), new Date(7)]],
      [{ k: [1n, 2n] }, { k: [2, 3] }, [1, 2, 3]],
      [{ k: [null, null] }, { k: ['a'] }, ['a']],
      [one(new Int32(), []), one(new Int64(), [1n]), [1n]],
      [one(new Utf8(), []), one(new Utf8(), []), []],
    ];
    for (const [a, b, keys] of both) {
      const there = cogroup(groupby(a, 'k'), groupby(b, 'k'));
      assert.deepEqual(there.keys, keys);
      const back = cogroup(groupby(b, 'k'), groupby(a, 'k'));
      assert.deepEqual(back.keys, keys);
      assert.deepEqual(
        back.sizes(),
        there.sizes().map(([x, y]) => [y, x]),
      );
      assert.deepEqual(
        there.sizes().map((sizes) => Math.max(...sizes) > 0),
        keys.map(() => true),
      );
    }
    const decimals = cogroup(
      groupby(one(new Decimal(1, 5, 128), [Uint32Array.of(15, 0, 0, 0)]), 'k'),
      groupby(one(new Decimal(2, 6, 128), [Uint32Array.of(150, 0, 0, 0)]), 'k'),
    );
    assert.deepEqual(decimals.sizes(), [[1, 1]]);
  });

  it('refuses keys that cannot be compared, with both types', () => {
    const pairs: [a: DataType, b: DataType, words: RegExp][] = [
      [
        new Utf8(),
        new Int32(),
        /keys of type Utf8 \('k'\) cannot be compared with keys of type Int32 \('k'\)/,
      ],
      [new Bool(), new Int8(), /Bool .* Int8/],
      [new TimestampSecond(), new TimestampSecond('UTC'), /Timestamp<SECOND> .* Timestamp<SECOND, UTC>/],
      [new DateDay(), new Utf8(), /Date32<DAY> .* Utf8/],
      [new Dictionary(new Utf8(), new Int8()), new Float64(), /Dictionary<.*Utf8.*> .* Float64/],
    ];
    for (const [a, b, words] of pairs) {
      assert.throws(() => cogroup(groupby(one(a, []), 'k'), groupby(one(b, []), 'k')), invalid(words));
    }
    const distant = one(new Int64(), [2n ** 53n + 1n]);
    const floats = groupby({ k: [0.5] }, 'k');
    assert.throws(
      () => cogroup(groupby(distant, 'k'), floats).keys,
      invalid(/a key of 'k' \(Int64\) cannot be compared exactly .* Float64: 9007199254740993; convert/),
    );
    assert.throws(
      () => cogroup(groupby(one(new Uint64(), [2n ** 63n]), 'k'), groupby(one(new Int64(), [1n]), 'k')).size,
      invalid(/Uint64.* Int64: 9223372036854775808/),
    );
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

  it('says which group failed, and takes retries, onError, timeouts, progress and report', async () => {
    const runs = shareArray(new Int32Array(1));
    let report: Report | undefined;
    const progress: Progress[] = [];
    const out = await applyParallel(
      cogroup(byTrade, byQuote),
      (t: Trades, q: Quotes, { key }) => {
        t.at.fill(-1);
        q.price[0] *= 10;
        if (key === 1 && Atomics.add(runs, 0, 1) === 0) throw new Error('once');
        if (key === 4) throw new RangeError('always');
        return { price: q.price };
      },
      {
        nJobs: 2,
        input: 'columns',
        retries: 1,
        onError: 'skip',
        report: (r) => {
          report = r;
        },
        progress: (p) => progress.push(p),
      },
    );
    assert.deepEqual([...(out.price as Iterable<number>)], [70, 8, 90]);
    assert.deepEqual(quotes.price, Float64Array.of(9, 7, 6, 8));
    assert.deepEqual(
      report?.failed.map(({ message }) => message),
      ['group 4 (attempt 2) failed: RangeError: always'],
    );
    assert.equal(report?.rowsIn, 9);
    assert.deepEqual([progress.at(-1)?.groups, progress.at(-1)?.rows, progress.at(-1)?.rowsTotal], [4, 9, 9]);
    await assert.rejects(
      applyParallel(
        cogroup(byTrade, byQuote),
        (_t, _q, { key }) => {
          if (key === 3) for (;;);
          return null;
        },
        { nJobs: 2, timeout: 1500 },
      ),
      (error: unknown) =>
        error instanceof GroupError && error.code === 'ERR_GROUP_TIMEOUT' && error.key === 3,
    );
  });

  it('streams, takes schema and seed, and caches by the rows of all frames', async () => {
    const got: unknown[] = [];
    const fn = (t: Trades, q: Quotes, { key }: { key: GroupKey }) => ({
      key: key as number,
      n: t.id.length + q.id.length,
    });
    const options = { nJobs: 2, input: 'columns', output: 'records' } as const;
    for await (const { key, index, frame } of applyParallel(cogroup(byTrade, byQuote), fn, {
      ...options,
      returnAs: 'generator',
    })) {
      got.push([key, index, frame]);
    }
    assert.deepEqual(
      got,
      [4, 1, 1, 3].map((n, index) => [index + 1, index, [{ key: index + 1, n }]]),
    );
    const draw = (t: object, _q: object, { random }: { random: () => number }) => ({
      r: random(),
      n: Object.keys(t).length,
    });
    const seededOptions = { ...options, seed: 5 } as const;
    assert.deepEqual(
      await applyParallel(cogroup(byTrade, byQuote), draw, seededOptions),
      await applyParallel(cogroup(byTrade, byQuote), draw, { ...seededOptions, nJobs: 1 }),
    );

    const cache = new Memory({ location: await mkdtemp(join(tmpdir(), 'apply-parallel-cogroup-')) });
    const runs = shareArray(new Int32Array(5));
    const counted = (t: Trades, q: Quotes, { key }: { key: GroupKey }) => {
      Atomics.add(runs, key as number, 1);
      return t.id.length === 0 ? { ...q, from: q.price } : { ...t, from: t.at };
    };
    for (const backend of ['threads', 'inline'] as const) {
      const cached = (frame: Quotes) => {
        runs.fill(0);
        return applyParallel(cogroup(byTrade, groupby(frame, 'id')), counted, {
          backend,
          input: 'columns',
          output: 'records',
          cache,
          seed: backend,
        });
      };
      const first = await cached(quotes);
      assert.deepEqual([...runs], [0, 1, 1, 1, 1]);
      assert.deepEqual(await cached(quotes), first);
      assert.deepEqual([...runs], [0, 0, 0, 0, 0]);
      const changed = { ...quotes, price: Float64Array.of(9, 7, 6, 100) };
      await cached(changed);
      assert.deepEqual([...runs], [0, 1, 0, 0, 0]);
    }
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

  it('splits large frames in workers, with the same groups', async () => {
    const length = 600_000;
    const frame = (groups: number) =>
      shareTable(
        tableFromArrays({
          k: Int32Array.from({ length }, (_, row) => (row * 7) % groups),
          row: Float64Array.from({ length }, (_, row) => row),
        }),
      );
    const [a, b] = [frame(100), frame(150)];
    const run = (nJobs: number) =>
      applyParallel(
        cogroup(groupby(a, 'k'), groupby(b, 'k')),
        (l: { row: Float64Array }, r: { row: Float64Array }) => {
          const last = (rows: Float64Array) => rows.at(-1) ?? -1;
          const isOrdered = [l, r].every(({ row }) =>
            row.every((each, at) => at === 0 || row[at - 1] < each),
          );
          return {
            sizes: `${l.row.length} ${r.row.length}`,
            last: `${last(l.row)} ${last(r.row)}`,
            isOrdered,
          };
        },
        { nJobs, input: 'columns', output: 'records' },
      );
    const inThisThread = await run(1);
    assert.equal(inThisThread.length, 150);
    assert.ok(inThisThread.every(({ isOrdered }) => isOrdered));
    // The first call starts the workers, which are idle at the second.
    await run(2);
    assert.deepEqual(await run(2), inThisThread);
  });

  it('agrees with a plain program on random frames', async () => {
    const random = new Random(20);
    for (let round = 0; round < 300; round++) {
      const frames = Array.from({ length: 2 + (random.chance(0.2) ? 1 : 0) }, (_, at) =>
        drawFrame(random, at),
      );
      const dropna = frames.map(() => random.chance(0.5));
      const sort = random.chance(0.7);
      const how = random.pick(['outer', 'inner', 'left', 'right'] as const);
      const [a, b, ...others] = frames.map(({ k, j, row }, at) =>
        groupby({ k, j, row }, ['k', 'j'], { dropna: dropna[at], sort }),
      );
      const grouped = cogroup(a, b, ...others, { how });
      const expected = plainCogroup(frames, dropna, sort, how);
      assert.deepEqual(
        grouped.keys,
        expected.map(({ key }) => key),
        `round ${round}`,
      );
      const out = await applyParallel(
        grouped,
        (...args: unknown[]) => {
          const parts = args.slice(0, -1) as { row: Int32Array }[];
          return { rows: parts.map(({ row }) => [...row].join()).join('|') };
        },
        { nJobs: round % 20 === 0 ? 2 : 1, input: 'columns', output: 'records' },
      );
      assert.deepEqual(
        out.map(({ rows }) => rows),
        expected.map(({ rows }) => rows.map((each) => each.join()).join('|')),
        `round ${round}`,
      );
    }
  });
});

interface Drawn {
  readonly k: (string | null)[];
  readonly j: readonly (number | null)[];
  readonly row: Int32Array;
}

function drawFrame(random: Random, at: number): Drawn {
  const length = random.below(12);
  const draw = <T>(values: readonly T[]): T[] => Array.from({ length }, () => random.pick(values));
  return {
    k: draw(['a', 'b', 'ab', null]),
    j: draw(at === 0 ? [1, 2, null] : [1, 2.5, 2, null]),
    row: Int32Array.from({ length }, (_, row) => row),
  };
}

/** The same by maps of keys, row by row. */
function plainCogroup(
  frames: readonly Drawn[],
  dropna: readonly boolean[],
  sort: boolean,
  how: 'outer' | 'inner' | 'left' | 'right',
) {
  const groups = new Map<string, { key: [string | null, number | null]; rows: number[][] }>();
  frames.forEach(({ k, j }, at) => {
    k.forEach((_, row) => {
      const key: [string | null, number | null] = [k[row], j[row]];
      if (dropna[at] && key.includes(null)) return;
      const name = JSON.stringify(key);
      if (!groups.has(name)) groups.set(name, { key, rows: frames.map(() => []) });
      groups.get(name)?.rows[at].push(row);
    });
  });
  const kept = [...groups.values()].filter(({ rows }) => {
    const has = rows.map(({ length }) => length > 0);
    if (how === 'outer') return true;
    return how === 'inner' ? has.every(Boolean) : how === 'left' ? has[0] : has[has.length - 1];
  });
  const rank = (part: string | number | null) => (part === null ? '\uffff' : part);
  if (!sort) {
    // Missing keys come last in every order.
    return kept;
  }
  return kept.sort((x, y) => {
    for (const at of [0, 1]) {
      const [p, q] = [rank(x.key[at]), rank(y.key[at])];
      if (p === q) continue;
      if (p === '\uffff') return 1;
      if (q === '\uffff') return -1;
      return p < q ? -1 : 1;
    }
    return 0;
  });
}
