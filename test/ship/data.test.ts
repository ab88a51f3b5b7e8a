// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { receive, ship } from '#dist/ship/index.js';
import { Celsius, celsius } from './support/celsius.mjs';

async function copyOf<T>(value: T): Promise<T> {
  const fn = await receive(structuredClone(ship(() => value, [celsius])), [celsius]);
  return fn() as T;
}

const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, -0, Number.NaN, Symbol.iterator, Symbol.for('s'), Math.max, Map),
  // Two invalid dates are not equal to assert: see below.
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.float64Array(),
  fc.bigUint64Array(),
  fc.constantFrom(/a/gi, new Error('e'), new RangeError('r'), new Boolean(false)),
);

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4, noNullPrototype: false }),
    fc.array(fc.tuple(tie('tree'), tie('tree')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(leaf, { maxLength: 4 }).map((items) => new Set(items)),
  ),
}));

test('plain data arrives as it was', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (value) => assert.deepStrictEqual(await copyOf(value), value)),
    { numRuns: 300 },
  );
});

test('cycles and sharing survive', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { minLength: 20, maxLength: 40 }), async (edges) => {
      const nodes = Array.from({ length: 10 }, (_, id) => ({
        id,
        list: [] as unknown[],
        map: new Map(),
        set: new Set(),
      }));
      edges.forEach((to, index) => {
        const from = nodes[index % 10];
        from.list.push(nodes[to]);
        from.map.set(nodes[to], nodes[(to + 1) % 10]);
        from.set.add(nodes[to]);
      });
      const copy = await copyOf(nodes);
      const ids = new Map(copy.map((node, index) => [node as unknown, index]));
      for (const [index, node] of copy.entries()) {
        const reached = [...node.list, ...node.map.keys(), ...node.map.values(), ...node.set];
        const { list, map, set } = nodes[index];
        const expected = [...list, ...map.keys(), ...map.values(), ...set] as { id: number }[];
        assert.deepEqual(
          reached.map((each) => ids.get(each)),
          expected.map(({ id }) => id),
        );
      }
    }),
    { numRuns: 50 },
  );
});

test('a list too long for recursion', async () => {
  class Link {
    constructor(readonly next: Link | null) {}
  }
  let list: Link | null = null;
  for (let count = 0; count < 100_000; count++) list = new Link(list);
  let length = 0;
  for (let link = await copyOf(list); link; link = link.next) length++;
  assert.equal(length, 100_000);
});

test('objects of every make', async () => {
  const symbol = Symbol('own');
  const sparse = Object.assign(new Array<number>(3), { 0: 1, 2: 3 });
  const odd = Object.assign([{ a: 1 }], { extra: true });
  class Stack extends Array<number> {
    top() {
      return this.at(-1);
    }
  }
  class Index extends Map<string, number> {
    constructor(entries?: [string, number][]) {
      super(entries);
      this.label = 'i';
    }
    label: string;
    first() {
      return [...this.keys()][0];
    }
  }
  class Failure extends Error {
    override name = 'Failure';
    constructor(readonly rows: number) {
      super(`rows ${rows}`);
    }
  }
  const hidden = Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false });
  const child = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } });
  assert.equal(String(await copyOf(new Date(Number.NaN))), 'Invalid Date');
  const value = {
    [symbol]: 1,
    sparse,
    odd,
    hidden,
    child,
    stack: new Stack(1, 2),
    index: new Index([['k', 1]]),
    failure: new Failure(3),
  };
  const copy = await copyOf(value);
  const [key] = Object.getOwnPropertySymbols(copy);
  assert.equal(key.description, 'own');
  assert.deepStrictEqual([copy.sparse, copy.odd], [sparse, odd]);
  assert.equal(1 in copy.sparse, false);
  assert.deepEqual([Object.keys(copy.hidden), Reflect.get(copy.hidden, 'b')], [['a'], 2]);
  assert.deepEqual([copy.child.inherited, copy.child.own], [1, 2]);
  assert.deepEqual([copy.stack.top(), copy.stack.length, Array.isArray(copy.stack)], [2, 2, true]);
  assert.deepEqual([copy.index.first(), copy.index.label, copy.index.get('k')], ['k', 'i', 1]);
  assert.deepEqual(
    [copy.failure.rows, copy.failure.message, copy.failure.name, copy.failure.stack],
    [3, 'rows 3', 'Failure', value.failure.stack],
  );
  assert.ok(copy.failure instanceof Error);
});

test('what process can do is the worker process of its own; an arguments object is a list', async () => {
  const { cwd, hrtime } = process;
  assert.equal(await copyOf(cwd), cwd);
  assert.equal(await copyOf(hrtime), hrtime);
  const list = (function (..._: number[]) {
    // biome-ignore lint/complexity/noArguments: what is tested
    return arguments;
  })(1, 2);
  const copy = await copyOf(list);
  assert.deepEqual([...copy], [1, 2]);
});

test('memory: shared stays shared, views keep their buffer, a Buffer takes only its own bytes along', async () => {
  const shared = new Float64Array(new SharedArrayBuffer(16));
  const buffer = new ArrayBuffer(16);
  const copy = await copyOf({
    shared,
    a: new Uint8Array(buffer),
    b: new Uint16Array(buffer, 8),
    text: Buffer.from('hi'),
  });
  copy.shared[1] = 7;
  assert.equal(shared[1], 7);
  assert.equal(copy.a.buffer, copy.b.buffer);
  assert.notEqual(copy.a.buffer, buffer);
  assert.ok(Buffer.isBuffer(copy.text));
  assert.equal(copy.text.toString(), 'hi');
  assert.equal(copy.text.buffer.byteLength, 2);
});

test('codecs apply wherever the value lies, once', async () => {
  const warm = new Celsius(20);
  const copy = await copyOf({ list: [warm], map: new Map([['k', { warm }]]) });
  assert.equal(copy.list[0].degrees, 20);
  assert.equal(copy.map.get('k')?.warm, copy.list[0]);
  const shipped = ship(() => warm, [celsius]);
  await assert.rejects(receive(shipped, []), { code: 'ERR_UNSHIPPABLE', message: /celsius/ });
});

test('values are those of the call', async () => {
  const settings = { rate: 1 };
  const read = () => settings.rate;
  settings.rate = 2;
  const shipped = structuredClone(ship(read));
  settings.rate = 3;
  assert.equal((await receive(shipped))(), 2);
});

test('a payload serves many; each arrival has state of its own', async () => {
  const box = { n: 0 };
  const shipped = ship(() => ++box.n);
  const [one, two] = [await receive(structuredClone(shipped)), await receive(structuredClone(shipped))];
  assert.deepEqual([one(), one(), two(), box.n], [1, 2, 1, 0]);
});
