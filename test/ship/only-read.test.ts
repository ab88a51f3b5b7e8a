import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, groupby } from 'apply-parallel';
import { type AnyFunction, ship } from '#dist/ship/index.js';

const map = new Map([['a', 1]]);
const set = new Set(['a']);
const object: { [key: string]: number } = { a: 1 };
const list = [1, 2, 3];
const nested = new Map([['a', [1]]]);
const listWithMore = Object.assign(
  Array.from({ length: 2000 }, (_, i) => i),
  { more: { n: 0 } },
);
const numbers = Float64Array.of(1, 2);
const inner = { n: 0 };
const outer = { inner };
const buffer = new ArrayBuffer(100_000);
const view = new Float64Array(buffer);
const helper = (key: string) => map.get(key);
const writer = () => map.set('b', 2);
const other2 = (value: unknown) => value;

const isOnlyRead = (fn: AnyFunction) => ship(fn).data?.isOnlyRead;

describe('values around a function that it only reads', () => {
  it('are those of which it reads members', () => {
    const reading: AnyFunction[] = [
      (key: string) => map.get(key),
      (key: string) => (map.has(key) ? map.size : set.size + Number(set.has(key))),
      (key: string) => object[key] + object.a + (object?.[key] ?? 0),
      (i: number) => [list[i], list.length, list.at(i), list.includes(i), list.indexOf(i)],
      (i: number) => ({ first: list[0], text: `${list[i]}` }),
      (key: string) => helper(key),
      (key: string) => {
        const found = map.get(key);
        let other = 0;
        other = object[key];
        return () => [found, other, -object[key], String(object[key])];
      },
    ];
    for (const fn of reading) assert.equal(isOnlyRead(fn), true, String(fn));
  });

  it('are none that it may change, or hand on', () => {
    const doubtful: AnyFunction[] = [
      () => map.set('a', 2),
      () => map.delete('a'),
      () => map,
      () => [...map],
      () => other2(map),
      (method: 'clear') => map[method](),
      () => Map.prototype.set.call(map, 'a', 2),
      () => helper('a') ?? writer(),
      () => {
        object.a = 2;
      },
      () => object.a++,
      () => delete object.a,
      () => {
        [object.a] = [2];
      },
      () => {
        ({ x: object.a } = { x: 2 });
      },
      () => {
        for (object.a of [1, 2]);
      },
      () => {
        object.a ??= 3;
      },
      () => {
        const { a } = object;
        return a;
      },
      () => list.sort(),
      () => list.map((x) => x),
      () => listWithMore[0] + listWithMore.more.n,
      () => delete object?.a,
      // biome-ignore lint/correctness/noUnsafeOptionalChaining: what the analysis has to see through
      () => (list?.push)(1),
      () => nested.get('a'),
      // The walk meets what they hold before them.
      () => inner.n + outer.inner.n,
      () => buffer.byteLength + view[0],
      () => numbers[0],
      () => {
        for (const x of list) return x;
      },
    ];
    for (const fn of doubtful) assert.notEqual(isOnlyRead(fn), true, String(fn));
  });
});

describe('a loop of calls with a large value around the function', () => {
  const rows = [{ k: 1 }, { k: 2 }];
  const large = () => new Map(Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, i]));

  it('sees what the program changes', async () => {
    const table = large();
    const fn = ([{ k }]: { k: number }[]) => [{ found: table.get(`key ${k}`) }];
    for (let turn = 0; turn < 6; turn++) {
      table.set('key 1', turn);
      const out = await applyParallel(groupby(rows, 'k'), fn, { nJobs: 2 });
      assert.deepEqual(out, [{ found: turn }, { found: 2 }]);
    }
  });

  it('sees what the program changes in a large buffer beside it', async () => {
    const table = large();
    const fn = ([{ k }]: { k: number }[]) => [
      { found: buffer.byteLength + Number(table.get('key 1')) + view[k] },
    ];
    for (let turn = 0; turn < 3; turn++) {
      view.fill(turn);
      const out = await applyParallel(groupby([{ k: 1 }], 'k'), fn, { nJobs: 2 });
      assert.deepEqual(out, [{ found: 100_001 + turn }]);
    }
  });

  it('gives each call a copy that no other call has changed', async () => {
    const table = large();
    const fn = () => {
      const count = (table.get('count') ?? 0) + 1;
      table.set('count', count);
      return [{ count }];
    };
    for (let turn = 0; turn < 4; turn++) {
      const out = await applyParallel(groupby([{ k: 1 }], 'k'), fn, { nJobs: 2 });
      assert.deepEqual(out, [{ count: 1 }]);
      const read = ([{ k }]: { k: number }[]) => [{ count: table.get('count'), k: table.get(`key ${k}`) }];
      const seen = await applyParallel(groupby(rows, 'k'), read, { nJobs: 2 });
      assert.deepEqual(seen, [
        { count: null, k: 1 },
        { count: null, k: 2 },
      ]);
    }
  });
});
