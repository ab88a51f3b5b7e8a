// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Table, tableFromArrays } from 'apache-arrow';
import { type ApplyError, createExecutor, delayed, Parallel, parmap } from 'apply-parallel';
import { failure } from '../support/failure.js';

const square = (x: number) => x * x;
const numbers = Array.from({ length: 100 }, (_, i) => i);

describe('arguments and results', () => {
  class Point {
    constructor(
      readonly x: number,
      readonly y: number,
    ) {}
    norm() {
      return Math.hypot(this.x, this.y);
    }
  }
  const parallel = Parallel({ nJobs: 2 });

  it('copies data, and keeps what it is', async () => {
    const values = [
      1n,
      undefined,
      null,
      NaN,
      'text',
      new Date(5),
      /a+/g,
      new Map([[{ a: 1 }, new Set([1, 2])]]),
      Object.assign(new Array(3), { 0: 1, 2: 3 }),
      Float32Array.of(1.5, 2),
      BigUint64Array.of(1n, 2n ** 63n),
      new DataView(Uint8Array.of(1, 2, 3).buffer, 1),
      Uint8Array.of(1, 2, 3).buffer,
      Buffer.from('text'),
      { deep: { list: [{ x: Uint8ClampedArray.of(255) }] } },
    ];
    assert.deepEqual(await parallel(values.map((value) => delayed((x: unknown) => x)(value))), values);
  });

  it('takes instances, functions, errors, cycles and frames', async () => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2, 3) });
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    const results = await parallel([
      delayed((p: Point) => p.norm())(new Point(3, 4)),
      delayed((f: (x: number) => number) => f(2))((x) => x * 21),
      delayed((e: Error & { code?: string }) => `${e.name} ${e.message} ${e.code}`)(
        Object.assign(new TypeError('odd'), { code: 'E' }),
      ),
      delayed((c: { self?: object }) => c.self === c)(cycle),
      delayed((t: Table) => t.getChild('x')?.toArray().join())(table),
      delayed((rows: { t: Table }[]) => rows[0].t.numRows)([{ t: table }]),
    ]);
    assert.deepEqual(results, [5, 42, 'TypeError odd E', true, '1,2,3', 3]);
  });

  it('brings frames back as frames, wherever they are in the result', async () => {
    const make = (n: number) => {
      const table = tableFromArrays({ n: Int32Array.of(n, n) });
      return { table, list: [table] };
    };
    const [one, two] = await parallel([1, 2].map((n) => delayed(make)(n)));
    assert.ok(one.table instanceof Table && one.list[0] === one.table);
    assert.deepEqual([...(two.table.getChild('n') ?? [])], [2, 2]);
  });

  it('says which call sends or returns what cannot travel', async () => {
    const returned = await failure(parallel([delayed(square)(1), delayed(() => ({ a: [new WeakMap()] }))()]));
    assert.deepEqual([returned.code, returned.index], ['ERR_BAD_RESULT', 1]);
    assert.match(
      returned.message,
      /^call 1: the returned value\.a\[0\]: WeakMap cannot be copied\. Return plain data/,
    );
    const sent = await failure(parallel([delayed(String)(1), delayed(String)({ map: new WeakMap() })]));
    assert.equal(sent.code, 'ERR_UNSHIPPABLE');
    assert.match(sent.message, /call 1.*\.map: WeakMap cannot be copied/);
  });

  it('names the call and the argument whose memory was transferred away', async () => {
    const transferred = () => {
      const [buffer, array, view] = [8, 16, 24].map((size) => new ArrayBuffer(size));
      const values = { buffer, array: new Float64Array(array), view: new DataView(view) };
      structuredClone(null, { transfer: [buffer, array, view] });
      return values;
    };
    const refused = (error: ApplyError, call: number, path: string) => {
      assert.equal(error.code, 'ERR_UNSHIPPABLE');
      assert.ok(
        error.message.startsWith(`the arguments of call ${call}[0]${path}: it cannot be copied (`),
        error.message,
      );
      return true;
    };
    await using executor = createExecutor({ maxWorkers: 2 });
    for (const value of Object.values(transferred())) {
      refused(await failure(parallel([delayed(String)(1), delayed(String)(value)])), 1, '');
      refused(await failure(parmap(String, [{ list: [value] }], { nprocs: 2 })), 0, '.list[0]');
      assert.throws(
        () => executor.submit(String, value),
        (error: ApplyError) => refused(error, 0, ''),
      );
    }
    const { code, message } = await failure(parallel([delayed(transferred)()]));
    assert.equal(code, 'ERR_BAD_RESULT');
    assert.match(message, /^call 0: the returned value\.buffer: it cannot be copied/);
    assert.deepEqual(await parallel([delayed((x: unknown) => x)(new Float64Array(0))]), [
      new Float64Array(0),
    ]);
  });

  it('gives every call arguments of its own', async () => {
    const config = { list: [] as number[] };
    const push = (given: typeof config, x: number) => given.list.push(x);
    assert.deepEqual(
      await parallel(numbers.map((x) => delayed(push)(config, x))),
      numbers.map(() => 1),
    );
    assert.deepEqual(config, { list: [] });
  });

  it('copies arguments when their call is taken, and results when it returns', async () => {
    const buffer = { x: 0 };
    function* reused() {
      for (let i = 0; i < 50; i++) {
        buffer.x = i;
        yield delayed((given: { x: number }) => given.x)(buffer);
      }
    }
    assert.deepEqual(await parallel(reused()), numbers.slice(0, 50));
    const make = (() => {
      const mine: number[] = [];
      return (x: number) => {
        mine[0] = x;
        return mine;
      };
    })();
    assert.deepEqual(
      await parallel(numbers.map((x) => delayed(make)(x))),
      numbers.map((x) => [x]),
    );
  });

  it('sends a part of a large array as that part', async () => {
    const large = new Float64Array(1e5).map((_, i) => i);
    const sizeOf = (part: Float64Array) => [part.buffer.byteLength, part[0]];
    assert.deepEqual(await parallel([delayed(sizeOf)(large.subarray(10, 12))]), [[16, 10]]);
  });

  it('puts large arrays into shared memory, once, and copies the others', async () => {
    const large = new Float64Array(200_000).fill(7);
    const small = new Float64Array(10);
    const look = (array: Float64Array) => {
      const was = array[0];
      array[0]++;
      return { was, isShared: array.buffer instanceof SharedArrayBuffer, length: array.length };
    };
    const shared = await Parallel({ nJobs: 2, batchSize: 1 })([1, 2, 3].map(() => delayed(look)(large)));
    assert.deepEqual(
      shared.map(({ isShared, length }) => [isShared, length]),
      Array(3).fill([true, 200_000]),
    );
    // One memory for all of them: each saw what the others had done.
    assert.deepEqual(shared.map(({ was }) => was).toSorted(), [7, 8, 9]);
    assert.equal(large[0], 7);
    const copied = await parallel([delayed(look)(small), delayed(look)(small)]);
    assert.deepEqual(copied, Array(2).fill({ was: 0, isShared: false, length: 10 }));
    const [never] = await Parallel({ nJobs: 2, maxBytes: Number.POSITIVE_INFINITY })([delayed(look)(large)]);
    assert.equal(never.isShared, false);
  });

  it('puts arrays into shared memory from any size on, or none', async () => {
    const array = new Uint8Array(2048);
    const isShared = (given: Uint8Array) => given.buffer instanceof SharedArrayBuffer;
    const cases = [
      ['2K', true],
      ['2.5k', false],
      ['1 KB', true],
      [2048, true],
      ['1M', false],
      [null, false],
      [undefined, false],
    ] as const;
    for (const [maxBytes, expected] of cases) {
      const [called] = await Parallel({ nJobs: 2, maxBytes })([delayed(isShared)(array)]);
      const [mapped] = await parmap(isShared, [array], { nprocs: 2, maxBytes });
      await using executor = createExecutor({ maxWorkers: 2, maxBytes });
      const submitted = await executor.submit(isShared, array);
      assert.deepEqual([called, mapped, submitted], Array(3).fill(expected), String(maxBytes));
    }
    for (const maxBytes of ['1X', '', -1, Number.NaN, true]) {
      const refused = {
        code: 'ERR_INVALID_OPTION',
        message: /: maxBytes must be a number of bytes, a text like '1M'/,
      };
      assert.throws(() => Parallel({ maxBytes: maxBytes as never }), refused);
      assert.throws(() => createExecutor({ maxBytes: maxBytes as never }), refused);
    }
  });

  it('brings large arrays back in memory of their own', async () => {
    const [made] = await parallel([delayed(() => new Float64Array(100_000).fill(3))()]);
    assert.ok(made.buffer instanceof ArrayBuffer);
    assert.deepEqual([made.length, made[0], made[99_999]], [100_000, 3, 3]);
  });

  it('carries much memory wherever it is: captured, and beside what only ship/ can carry', async () => {
    const large = new Float64Array(100_000).fill(7);
    const expected = [large.length, 7, 'ArrayBuffer'];
    const describe = (array: Float64Array) => [array.length, array[99_999], array.buffer.constructor.name];
    assert.deepEqual(await parallel([delayed(() => describe(large))()]), [expected]);
    await using executor = createExecutor({ maxWorkers: 2 });
    assert.deepEqual(await executor.submit(() => describe(large)), expected);
    // One point makes the whole a matter of ship/'s.
    const mixed = { point: new Point(3, 4), large };
    const [sent] = await Parallel({ nJobs: 2, maxBytes: Number.POSITIVE_INFINITY })([
      delayed((given: typeof mixed) => [...describe(given.large), given.point.norm()])(mixed),
    ]);
    assert.deepEqual(sent, [...expected, 5]);
    const make = () => ({ point: new Point(3, 4), large: new Float64Array(100_000).fill(7) });
    const [returned] = await parallel([delayed(make)()]);
    assert.deepEqual([...describe(returned.large), returned.point.norm()], [...expected, 5]);
  });

  it('sends what a function has captured once for each worker', async () => {
    const state = { calls: 0 };
    const count = () => ++state.calls;
    const results = await Parallel({ nJobs: 2, batchSize: 1 })(numbers.map(() => delayed(count)()));
    // Two copies of the state at most, each counting on from batch to batch.
    assert.ok(Math.max(...results) >= 50, `${Math.max(...results)}`);
  });
});
