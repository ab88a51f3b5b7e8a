// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Field, Schema, type Table, tableFromArrays, Utf8, vectorFromArray } from 'apache-arrow';
import { applyParallel, delayed, groupby, hash, Parallel, partial } from 'apply-parallel';
import * as dfd from 'danfojs-node';

const groups = () => groupby([{ k: 'a' }, { k: 'b' }], 'k');
const options = { nJobs: 2, batchSize: 1 } as const;

/**
 * Adds one and waits for the other worker to do so too: a worker with a copy of its own would wait in vain.
 */
function meet(cell: Int32Array): number {
  Atomics.add(cell, 0, 1);
  Atomics.notify(cell, 0);
  if (Atomics.load(cell, 0) < 2) Atomics.wait(cell, 0, 1, 20_000);
  return Atomics.load(cell, 0);
}

describe('frames a function uses', () => {
  const cells = () => tableFromArrays({ calls: Int32Array.of(0) });
  const cellOf = (table: Table): Int32Array => table.getChildAt(0)?.data[0].values;

  it('are one piece of memory for all workers: an Arrow table captured', async () => {
    const table = cells();
    const met = await applyParallel(groups(), () => [{ n: meet(cellOf(table)) }], options);
    assert.deepEqual(met, [{ n: 2 }, { n: 2 }]);
    assert.equal(cellOf(table)[0], 0, "the caller's own table is not the shared one");
  });

  it('an Arrow table bound', async () => {
    const join = (_: unknown, { table }: { table: Table }) => [{ n: meet(cellOf(table)) }];
    const met = await applyParallel(groups(), partial(join, { table: cells() }), options);
    assert.deepEqual(met, [{ n: 2 }, { n: 2 }]);
  });

  it('a vector captured', async () => {
    const vector = vectorFromArray(Int32Array.of(0));
    const met = await applyParallel(groups(), () => [{ n: meet(vector.data[0].values) }], options);
    assert.deepEqual(met, [{ n: 2 }, { n: 2 }]);
  });

  it('and one object for all groups of a worker', async () => {
    const table = cells();
    const many = groupby(
      Array.from({ length: 50 }, (_, k) => ({ k })),
      'k',
    );
    const seen = new WeakSet<object>();
    // A WeakSet cannot travel: each worker makes its own, on its first group.
    const state: { seen?: WeakSet<object>; fresh: number } = { fresh: 0 };
    assert.equal(seen.has(table), false);
    const counts = await applyParallel(
      many,
      () => {
        state.seen ??= new WeakSet();
        if (!state.seen.has(table)) state.fresh++;
        state.seen.add(table);
        return [{ fresh: state.fresh }];
      },
      { nJobs: 2 },
    );
    assert.deepEqual(
      counts.map(({ fresh }) => fresh),
      new Array(50).fill(1),
    );
  });

  it('danfojs DataFrames arrive as such', async () => {
    const frame = new dfd.DataFrame({ item: ['x', 'y'], price: [1, 2] });
    const found = await applyParallel(
      groups(),
      (rows) =>
        rows.map(({ k }: { k: string }) => ({ k, total: frame.price.sum(), shape: frame.shape.join() })),
      options,
    );
    assert.deepEqual(found, [
      { k: 'a', total: 3, shape: '2,2' },
      { k: 'b', total: 3, shape: '2,2' },
    ]);
  });

  it('DataFrames keep their row labels and settings, captured, bound, given to a call and returned by it', async () => {
    const settings = { tableMaxRow: 1, lowMemoryMode: true, tableDisplayConfig: { singleLine: true } };
    const prices = new dfd.DataFrame({ price: [4, 3, 9] }, { index: [2, 0, 1], config: settings as never });
    const named = new dfd.DataFrame({ price: [4, 3] }, { index: ['tea', 'cake'] });
    const look = (one: typeof prices, other: typeof prices) => ({
      labels: one.index.join(),
      price: one.at(2, 'price'),
      tea: other.at('tea', 'price'),
      rows: one.config.getMaxRow,
      isLow: one.config.isLowMemoryMode,
      line: (one.config.getTableDisplayConfig as { singleLine?: boolean }).singleLine,
      usual: other.config.getMaxRow,
    });
    const seen = { labels: '2,0,1', price: 4, tea: 4, rows: 1, isLow: true, line: true, usual: 10 };
    assert.deepEqual(await applyParallel(groups(), () => look(prices, named), options), [seen, seen]);
    const bound = partial((_: unknown, frames: { prices: typeof prices }) => look(frames.prices, named), {
      prices,
    });
    assert.deepEqual(await applyParallel(groups(), bound, options), [seen, seen]);
    const [sorted] = await Parallel({ nJobs: 2 })([
      delayed((frame: typeof prices) => frame.sortValues('price') as typeof prices)(prices),
    ]);
    assert.deepEqual(sorted.index, prices.sortValues('price').index);
    assert.deepEqual(sorted.values, [[3], [4], [9]]);
    assert.equal(sorted.config.getMaxRow, 1);
  });

  it('DataFrames with cells of two kinds in a column travel by value', async () => {
    const cells = [
      ['tea', 1],
      ['cake', 'N/A'],
    ];
    const lookup = new dfd.DataFrame(cells, { columns: ['name', 'v'], index: ['t', 'c'] });
    const look = (frame: dfd.DataFrame) => {
      const more = frame.addColumn('n', [5, 6]);
      return {
        a: String(frame.at('c', 'v')),
        b: frame.at('t', 'v'),
        is: frame instanceof dfd.DataFrame,
        n: more.n.sum(),
      };
    };
    const seen = { a: 'N/A', b: 1, is: true, n: 11 };
    assert.deepEqual(await applyParallel(groups(), () => look(lookup), options), [seen, seen]);
    const bound = partial((_: unknown, frames: { lookup: dfd.DataFrame }) => look(frames.lookup), { lookup });
    assert.deepEqual(await applyParallel(groups(), bound, options), [seen, seen]);
    const [back] = await Parallel({ nJobs: 2 })([delayed((frame: dfd.DataFrame) => frame)(lookup)]);
    assert.deepEqual([back.values, back.index, back.v.values], [cells, ['t', 'c'], [1, 'N/A']]);
  });

  it('one that cannot is refused, with the variable it is in', async () => {
    const odd = new dfd.DataFrame([[Promise.resolve()]], { columns: ['v'] });
    const kept: dfd.DataFrame[] = [];
    const one = groupby(new dfd.DataFrame({ k: ['a', 'a'], v: [1, 2] }), 'k');
    await applyParallel(one, (g) => void kept.push(g.addColumn('w', [1, 'N/A'] as never)), { nJobs: 1 });
    const [group] = kept;
    const isRefused = (name: RegExp) => (error: Error & { code?: string }) =>
      error.code === 'ERR_UNSHIPPABLE' && name.test(error.message);
    await assert.rejects(
      applyParallel(groups(), () => odd.v.values, options),
      isRefused(/-> odd.*Promise/),
    );
    await assert.rejects(
      applyParallel(groups(), () => group.v.values, options),
      isRefused(/-> group.*mixes number/),
    );
  });

  it('a typed array is copied for each worker, unless it lies in shared memory', async () => {
    const plain = new Int32Array(1);
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const out = await applyParallel(
      groups(),
      () => {
        meet(shared);
        return [{ own: Atomics.add(plain, 0, 1) }];
      },
      options,
    );
    assert.deepEqual(out, [{ own: 0 }, { own: 0 }]);
    assert.deepEqual([plain[0], shared[0]], [0, 2]);
  });
});

describe('what only looks like a frame', () => {
  const group = groupby([{ k: 'a' }], 'k');
  const inWorker = (fn: () => unknown) => applyParallel(group, () => [{ v: fn() }], options);

  it('a class with getters travels by value: none of them runs, and one that throws does no harm', async () => {
    class Scaler {
      constructor(readonly stats: { name: string; mean: number }[]) {}
      // Of a prototype `this.stats` is undefined.
      get names() {
        return this.stats.map(({ name }) => name);
      }
      get schema() {
        return { fields: this.names };
      }
      get batches() {
        return this.stats.slice();
      }
      get columnNames(): unknown {
        throw new Error('not yet');
      }
      get [Symbol.toStringTag]() {
        return this.stats[0].name;
      }
    }
    const scaler = new Scaler([{ name: 'x', mean: 2 }]);
    assert.deepEqual(await inWorker(() => scaler.names.length + scaler.stats[0].mean), [{ v: 3 }]);
    assert.deepEqual(await inWorker(() => new Scaler([]).names.length), [{ v: 0 }]);
    assert.match(hash(scaler), /^[0-9a-f]{32}$/);
  });

  it('a getter with a side effect', async () => {
    let reads = 0;
    class Lazy {
      readonly n = 1;
    }
    for (const name of ['names', 'schema', 'data', 'options', 'columnNames', '$isSeries', 'fields']) {
      Object.defineProperty(Lazy.prototype, name, { get: () => Reflect.get(globalThis, 'readsOfTest')?.() });
    }
    Reflect.set(globalThis, 'readsOfTest', () => void reads++);
    const lazy = new Lazy();
    const own = {
      n: 1,
      count: 0,
      get names() {
        return [this.count++];
      },
    };
    try {
      assert.deepEqual(await inWorker(() => lazy.n + own.n), [{ v: 2 }]);
    } finally {
      Reflect.deleteProperty(globalThis, 'readsOfTest');
    }
    assert.deepEqual([reads, own.count], [0, 0]);
  });

  it('a class with schema and batches', async () => {
    class Stock {
      readonly schema = { fields: ['a'] };
      readonly batches = [{ id: 7 }];
      first() {
        return this.batches[0].id;
      }
    }
    const stock = new Stock();
    assert.deepEqual(await inWorker(() => stock.first()), [{ v: 7 }]);
  });

  it("Arrow's Schema travels by value", async () => {
    const schema = new Schema([new Field('x', new Utf8(), true)]);
    assert.deepEqual(await inWorker(() => `${schema.names} ${schema.fields[0].type}`), [{ v: 'x Utf8' }]);
  });
});

describe('groups of an object of columns', () => {
  const sales = {
    shop: ['a', 'b', 'a', 'a'],
    item: ['tea', null, 'jam', null],
    at: [1, 2, 3, 4].map((day) => new Date(2024, 0, day)),
    open: [true, false, null, true],
    sold: Float64Array.of(3, 5, 90, 4),
  };
  const list = (g: {
    shop: Iterable<unknown>;
    item: Iterable<unknown>;
    at: Iterable<unknown>;
    open: Iterable<unknown>;
  }) => [g.shop, g.item, g.at, g.open].map((column) => [...column]);

  it('travel as arguments and as results of calls', async () => {
    const calls = Array.from(groupby(sales, 'shop'), ([, group]) =>
      delayed((g: typeof group) => ({ seen: [...g.item], last: g.item.get(g.item.length - 1), g }))(group),
    );
    const here = await Parallel({ nJobs: 1 })(calls);
    const there = await Parallel({ nJobs: 2 })(calls);
    assert.deepEqual(
      there.map(({ seen, last }) => [seen, last]),
      [
        [['tea', 'jam', null], null],
        [[null], null],
      ],
    );
    assert.deepEqual(
      there.map(({ g }) => list(g)),
      here.map(({ g }) => list(g)),
    );
    const joined = await applyParallel(
      there.map(({ g }) => g),
      (g) => g,
      { nJobs: 1 },
    );
    assert.deepEqual(list(joined as never)[1], ['tea', 'jam', null, null]);
  });

  it('travel with a function', async () => {
    const [[, group]] = groupby(sales, 'shop');
    const there = await Parallel({ nJobs: 2 })([
      delayed(() => [...group.item, group.sold[1], group.item.length])(),
    ]);
    assert.deepEqual(there, [['tea', 'jam', null, 90, 3]]);
  });
});
