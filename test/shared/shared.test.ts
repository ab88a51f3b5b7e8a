// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tableFromArrays } from 'apache-arrow';
import { delayed, Parallel, SharedLock, SharedQueue, shareArray } from 'apply-parallel';

const parallel = Parallel({ nJobs: 2, batchSize: 1 });

describe('SharedLock', () => {
  it('lets one in at a time, of the workers and of the main thread', async () => {
    const lock = new SharedLock();
    const state = shareArray(new Int32Array(2));
    const add = async (times: number) => {
      for (let i = 0; i < times; i++) {
        await lock.run(async () => {
          if (Atomics.add(state, 1, 1) !== 0) throw new Error('not alone');
          const was = state[0];
          if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          state[0] = was + 1;
          Atomics.sub(state, 1, 1);
        });
      }
    };
    await Promise.all([parallel([delayed(add)(300), delayed(add)(300)]), add(300), add(100)]);
    assert.equal(state[0], 1000);
  });

  it('blocks workers where that is wanted, and never the main thread', async () => {
    const lock = new SharedLock();
    const state = shareArray(new Float64Array(1));
    const add = (given: SharedLock, times: number) => {
      for (let i = 0; i < times; i++) {
        given.runSync(() => {
          state[0] += 1;
        });
      }
    };
    await parallel([delayed(add)(lock, 20_000), delayed(add)(lock, 20_000)]);
    assert.equal(state[0], 40_000);
  });

  it('is taken without waiting in the main thread, too, where it is free', async () => {
    const lock = new SharedLock();
    const state = shareArray(new Float64Array(1));
    const add = (x: number) =>
      lock.runSync(() => {
        state[0] += x;
      });
    for (const options of [{ nJobs: 2 }, { nJobs: 1 }, { backend: 'inline' }] as const) {
      await Parallel(options)([1, 2].map((x) => delayed(add)(x)));
    }
    assert.equal(state[0], 9);
    assert.equal(
      lock.runSync(() => 5),
      5,
    );
    const held = {
      code: 'ERR_INVALID_OPTION',
      message: /^SharedLock\.runSync: the lock is held, and the main thread must not stand still/,
    };
    lock.runSync(() => assert.throws(() => lock.runSync(() => 1), held));
    await lock.run(async () => {
      await null;
      assert.throws(() => lock.runSync(() => 1), held);
    });
    assert.equal(
      lock.runSync(() => 6),
      6,
    );
  });

  it('is free again after an error, and gives what the body gives', async () => {
    const lock = new SharedLock();
    await assert.rejects(
      lock.run(() => {
        throw new Error('inside');
      }),
      /inside/,
    );
    assert.equal(await lock.run(async () => 5), 5);
    const noBody = (method: string) => ({
      code: 'ERR_INVALID_OPTION',
      message: `SharedLock.${method}: body must be a function, got undefined`,
    });
    await assert.rejects(lock.run(undefined as never), noBody('run'));
    assert.throws(() => lock.runSync(undefined as never), noBody('runSync'));
    assert.equal(await lock.run(() => 6), 6);
  });
});

describe('SharedQueue', () => {
  it('hands items on in order, over the end of its memory, and holds no more than its capacity', async () => {
    const queue = new SharedQueue<{ n: number; text: string }>({ capacity: 4, bytes: 300 });
    const produce = async () => {
      for (let n = 0; n < 300; n++) await queue.put({ n, text: 'x'.repeat(n % 50) });
      queue.close();
    };
    const producing = parallel([delayed(produce)()]);
    let next = 0;
    for await (const { n, text } of queue) {
      assert.equal(n, next++);
      assert.equal(text.length, n % 50);
      assert.ok(queue.size <= 4);
    }
    await producing;
    assert.equal(next, 300);
    assert.equal(await queue.take(), undefined);
  });

  it('has several producers and consumers', async () => {
    const queue = new SharedQueue<number>({ capacity: 3 });
    const consume = async () => {
      let sum = 0;
      for await (const n of queue) sum += n;
      return sum;
    };
    const consuming = parallel([delayed(consume)(), delayed(consume)()]);
    await Promise.all(
      [1, 2].map(async () => {
        for (let n = 1; n <= 100; n++) await queue.put(n);
      }),
    );
    queue.close();
    const sums = await consuming;
    assert.equal(sums[0] + sums[1], 2 * 5050);
  });

  it('refuses what it cannot hold', async () => {
    const queue = new SharedQueue<unknown>({ capacity: 2, bytes: 100 });
    await assert.rejects(queue.put('x'.repeat(200)), {
      code: 'ERR_INVALID_OPTION',
      message: /the queue has 100/,
    });
    await assert.rejects(
      queue.put(() => 1),
      { code: 'ERR_INVALID_OPTION' },
    );
    const refused = (options: unknown, message: RegExp) =>
      assert.throws(() => new SharedQueue(options as never), { code: 'ERR_INVALID_OPTION', message });
    refused({ capacity: 0 }, /^SharedQueue: capacity must be a positive whole number, got 0/);
    refused({ capacity: 4, bytes: 0.5 }, /^SharedQueue: bytes must be a positive whole number, got 0\.5/);
    refused({ bytes: 10 }, /^SharedQueue: capacity is missing/);
    refused({}, /^SharedQueue: capacity is missing/);
    refused({ capacity: 4, byte: 10 }, /^SharedQueue has no option 'byte'; did you mean 'bytes'\?/);
    for (const options of [undefined, null]) refused(options, /^SharedQueue: options must be an object, got/);
    await queue.put(1);
    queue.close();
    await assert.rejects(queue.put(2), { code: 'ERR_ABORTED' });
    assert.equal(await queue.take(), 1);
  });
});

describe('SharedQueue, items', () => {
  it('takes plain data of every kind', async () => {
    const queue = new SharedQueue<unknown>({ capacity: 20 });
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const items = [
      [1n, undefined, null, 'text', Object.assign(new Array(3), { 0: 1 })],
      Object.assign(Object.create(null), { x: 1 }),
      runInNewContext('({ list: [{ x: 1 }], map: new Map([[1, new Date(5)]]) })'),
      new Map([[{ a: 1 }, new Set([/a+/g])]]),
      {
        x: Float64Array.of(1),
        y: Buffer.from('text'),
        z: new ArrayBuffer(2),
        w: new DataView(new ArrayBuffer(1)),
      },
      new RangeError('odd'),
      cycle,
    ];
    for (const item of items) await queue.put(item);
    for (const item of items) assert.deepEqual(await queue.take(), deserialize(serialize(item)));
  });

  it('refuses what would arrive as a plain object, by name', async () => {
    const queue = new SharedQueue<unknown>({ capacity: 2 });
    class Point {
      x = 1;
    }
    const table = tableFromArrays({ x: [1, 2] });
    const cases: [item: unknown, message: RegExp][] = [
      [
        table,
        /^SharedQueue: the item is a Table, which would arrive as a plain object; put plain data, of a frame/,
      ],
      [{ rows: [1, { table }] }, /^SharedQueue: the item\.rows\[1\]\.table is a Table/],
      [{ x: table.getChild('x') }, /^SharedQueue: the item\.x is a Vector/],
      [new Map([['a', new Set([new Point()])]]), /^SharedQueue: the item\.get\("a"\)\(member\) is a Point/],
      [new URL('http://localhost'), /^SharedQueue: the item is a URL/],
      [new SharedLock(), /^SharedQueue: the item is a SharedLock/],
      [Promise.resolve(), /^SharedQueue: the item is a Promise/],
      [new Proxy({}, {}), /^SharedQueue: .* could not be cloned/],
    ];
    for (const [item, message] of cases) {
      await assert.rejects(queue.put(item), { code: 'ERR_INVALID_OPTION', message });
    }
    assert.equal(queue.size, 0);
  });
});

describe('shareArray', () => {
  it('keeps kind and contents, and is one memory for all', async () => {
    const counts = shareArray(new Int32Array(3));
    await parallel([0, 1, 1, 2].map((k) => delayed((at: number) => Atomics.add(counts, at, 1))(k)));
    assert.deepEqual([...counts], [1, 2, 1]);
    const part = shareArray(Float64Array.of(1, 2, 3, 4).subarray(1, 3));
    assert.ok(part instanceof Float64Array && part.buffer instanceof SharedArrayBuffer);
    assert.deepEqual([...part], [2, 3]);
    assert.throws(() => shareArray([1] as never), { code: 'ERR_INVALID_OPTION' });
  });
});
