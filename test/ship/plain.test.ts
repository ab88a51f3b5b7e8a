// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { receive, ship } from '#dist/ship/index.js';
import { roundTrip } from './support/round-trip.mjs';

const copyOf = async <T>(value: T): Promise<T> =>
  (await receive(structuredClone(ship(() => value))))() as Promise<T>;

const kinds = (value: unknown): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of ship(() => value).nodes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

test('plain data goes in one piece, whatever its size', () => {
  const rows = Array.from({ length: 500 }, (_, id) => ({ id, tags: ['a', { deep: new Date(id) }] }));
  const value = new Map(rows.map((row) => [row.id, row]));
  assert.deepEqual(kinds(value), { function: 1, copy: 1 });
});

test('only what holds something else is taken apart', () => {
  const rows = Array.from({ length: 500 }, (_, id) => ({ id }));
  const value = { rows, helper: (x: number) => x + 1, more: [{ rows }] };
  assert.deepEqual(kinds(value), { object: 1, copy: 2, function: 2 });
});

test('two captures of one object are one object in the worker', async () => {
  const shared = { n: 1 };
  const table = new Map([['a', shared]]);
  const list = [shared];
  class Holder {
    constructor(readonly item: object) {}
  }
  const holder = new Holder(shared);
  const odd = { shared, call: () => shared };
  assert.equal(
    await roundTrip(() => {
      const all = [shared, table.get('a'), list[0], holder.item, odd.shared, odd.call()];
      return all.every((each) => each === shared);
    }),
    true,
  );
});

test('cycles through plain and other objects', async () => {
  interface Part {
    name: string;
    next?: Part;
    self?: () => Part;
  }
  const plain: Part = { name: 'plain' };
  plain.next = plain;
  const a: Part = { name: 'a' };
  const b: Part = { name: 'b', next: a };
  a.next = { name: 'between', next: b };
  b.self = () => b;
  const [copy, first] = await copyOf([plain, a]);
  assert.equal(copy.next, copy);
  assert.equal(first.next?.next?.next, first);
  assert.equal(first.next?.next?.self?.(), first.next?.next);
});

test('what structured clone would lose or change survives', async () => {
  const symbol = Symbol.for('key');
  class Money {
    constructor(readonly cents: number) {}
  }
  const value = {
    proto: Object.create(null, { a: { value: 1, enumerable: true, writable: true, configurable: true } }),
    getter: {
      get now() {
        return 5;
      },
    },
    symbol: { [symbol]: 1 },
    hidden: Object.defineProperty({}, 'h', { value: 1 }),
    constant: Object.defineProperty({}, 'c', { value: 1, enumerable: true }),
    map: Object.assign(new Map([[1, 2]]), { label: 'm' }),
    date: Object.assign(new Date(5), { label: 'd' }),
    list: Object.assign([1, 2], { label: 'l' }),
    named: [new Money(3)],
    error: Object.assign(new RangeError('r', { cause: { rows: 1 } }), { code: 'E' }),
    zero: [-0, [-0]],
    sparse: Object.assign(new Array<number>(3), { 0: 1, 2: 3 }),
    boxed: Object('text'),
    surrogate: ['\ud800'],
    bytes: Buffer.from('hi'),
  };
  const copy = await copyOf(value);
  assert.deepStrictEqual(Object.getPrototypeOf(copy.proto), null);
  assert.equal(typeof Object.getOwnPropertyDescriptor(copy.getter, 'now')?.get, 'function');
  assert.equal(copy.getter.now, 5);
  assert.equal(copy.symbol[symbol], 1);
  assert.deepEqual(
    Object.getOwnPropertyDescriptors(copy.hidden),
    Object.getOwnPropertyDescriptors(value.hidden),
  );
  assert.deepEqual(
    Object.getOwnPropertyDescriptors(copy.constant),
    Object.getOwnPropertyDescriptors(value.constant),
  );
  assert.deepEqual([copy.map.label, copy.date.label, copy.list.label], ['m', 'd', 'l']);
  assert.deepEqual([copy.map.get(1), copy.date.getTime(), copy.list.length], [2, 5, 2]);
  assert.equal(copy.named[0].cents, 3);
  assert.equal(copy.named[0].constructor.name, 'Money');
  assert.ok(copy.error instanceof RangeError && Buffer.isBuffer(copy.bytes));
  assert.deepEqual([copy.error.code, copy.error.cause], ['E', { rows: 1 }]);
  assert.deepStrictEqual(copy.zero, value.zero);
  assert.equal(1 in copy.sparse, false);
  assert.equal(String(copy.boxed), 'text');
  assert.deepEqual(copy.surrogate, value.surrogate);
});

test('frozen, sealed and closed stay so', async () => {
  const inner = { rate: 1 };
  const frozen = Object.freeze({ inner, list: Object.freeze([1, inner]) });
  const copy = await copyOf({
    frozen,
    inner,
    sealed: Object.seal({ a: 1 }),
    closed: Object.preventExtensions({ a: 1 }),
    cyclic: Object.freeze(Object.assign([] as unknown[], { 0: frozen })),
    map: Object.freeze(new Map([[1, inner]])),
  });
  assert.ok(
    Object.isFrozen(copy.frozen) && Object.isFrozen(copy.frozen.list) && Object.isFrozen(copy.cyclic),
  );
  assert.equal(copy.frozen.list[1], copy.inner);
  assert.equal(Object.isFrozen(copy.inner), false);
  assert.ok(Object.isSealed(copy.sealed) && !Object.isFrozen(copy.sealed));
  assert.ok(!Object.isExtensible(copy.closed) && !Object.isSealed(copy.closed));
  assert.ok(Object.isFrozen(copy.map));
  assert.equal(copy.map.get(1), copy.inner);
});

test("a regular expression goes on where it was, and a template's strings are whole", async () => {
  const sticky = /a/g;
  sticky.lastIndex = 3;
  const strings = ((parts: TemplateStringsArray, ..._: number[]) => parts)`a\n${1}b`;
  const copy = await copyOf({ sticky, fresh: /b/y, strings });
  assert.deepEqual([copy.sticky.lastIndex, copy.fresh.lastIndex, copy.sticky.flags], [3, 0, 'g']);
  assert.deepEqual(
    [[...copy.strings], copy.strings.raw],
    [
      ['a\n', 'b'],
      ['a\\n', 'b'],
    ],
  );
  assert.ok(Object.isFrozen(copy.strings));
});

test('values of another realm arrive as those of this one', async () => {
  const foreign = vm.runInNewContext(
    `({ list: [1, { a: 1 }], map: new Map([[1, [2]]]), date: new Date(3), error: new TypeError('t'), call: () => 1 })`,
  );
  const copy = await copyOf(foreign);
  assert.deepEqual([copy.list, copy.map, copy.date], [[1, { a: 1 }], new Map([[1, [2]]]), new Date(3)]);
  assert.ok(copy.error instanceof TypeError);
});

test('what only looks plain is taken apart', async () => {
  // Too long for its properties to be looked at.
  const long = Object.assign(new Array<number>(2000).fill(1), { sum: (list: number[]) => list.length });
  const settings = { long, rows: [{ a: 1 }] };
  const answer = await roundTrip(() => [settings.long.sum(settings.long), settings.rows]);
  assert.deepEqual(answer, [2000, [{ a: 1 }]]);
});

test('the environment travels as it is now', async () => {
  const { env } = process;
  env.APPLY_PARALLEL_TEST = 'here';
  const settings = { env };
  assert.equal(await roundTrip(() => settings.env.APPLY_PARALLEL_TEST), 'here');
  delete env.APPLY_PARALLEL_TEST;
});

test('data is that of the moment of the call, not of the moment it is posted', async () => {
  const numbers = Float64Array.of(1, 2);
  const list = [1, 2];
  const table = new Map([['a', { n: 1 }]]);
  const shipped = ship(() => [numbers[0], list[0], table.get('a')?.n]);
  numbers[0] = 9;
  list[0] = 9;
  table.set('a', { n: 9 });
  assert.deepEqual((await receive(structuredClone(shipped)))(), [1, 1, 1]);
});

test('large buffers cross in shared memory; each arrival has bytes of its own', async () => {
  const large = new Float64Array(100_000).fill(1);
  const window = large.subarray(10, 20);
  const table = { large, window, text: 'x'.repeat(100_000) };
  const shipped = ship(() => table);
  assert.ok(shipped.data);
  const { bytes, buffers } = shipped.data;
  assert.ok(bytes.buffer instanceof SharedArrayBuffer && bytes.length < 110_000);
  assert.deepEqual(
    buffers.map(({ byteLength }) => byteLength),
    [800_000],
  );
  const [one, two] = (await Promise.all(
    [0, 1].map(async () => (await receive(structuredClone(shipped)))()),
  )) as (typeof table)[];
  one.large[10] = 5;
  assert.deepEqual([one.window[0], two.large[10], large[10]], [5, 1, 1]);
  assert.equal(one.window.buffer, one.large.buffer);
  assert.ok(one.large.buffer instanceof ArrayBuffer);
});

test('one odd thing that very many objects hold', async () => {
  const odd = { call: () => 1 };
  const holders = Array.from({ length: 150_000 }, () => ({ odd }));
  const counted = await roundTrip(() => holders.reduce((sum, each) => sum + each.odd.call(), 0));
  assert.equal(counted, 150_000);
});

test('a long chain with something odd at its end', async () => {
  interface Link {
    next?: Link | (() => number);
  }
  const root: Link = {};
  let link = root;
  for (let count = 0; count < 50_000; count++) {
    const next: Link = {};
    link.next = next;
    link = next;
  }
  link.next = () => 7;
  let length = 0;
  let at: Link | (() => number) | undefined = await copyOf(root);
  for (; typeof at === 'object'; at = at.next) length++;
  assert.deepEqual([length, at?.()], [50_001, 7]);
});
