// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createExecutor, delayed, Parallel, parmap, partial } from 'apply-parallel';

const SIZE = 5000;
const large = (size = SIZE): Record<string, number> =>
  Object.fromEntries(Array.from({ length: size }, (_, i) => [`key${i}`, i]));

describe('calls with a large object as an argument', () => {
  const change = (object: Record<string, number>, i: number) => {
    const was = object.key0;
    object.key0 = i + 1;
    return was + object[`key${i}`];
  };
  const expected = Array.from({ length: 30 }, (_, i) => i + (i === 0 ? 1 : 0));

  it('do not see what other calls change in it', async () => {
    const object = large();
    for (const batchSize of [1, 'auto'] as const) {
      const calls = expected.map((_, i) => delayed(change)(object, i));
      assert.deepEqual(await Parallel({ nJobs: 2, batchSize })(calls), expected);
    }
    assert.deepEqual(object, large());
    const sizes = await parmap((o: object) => Object.keys(o).length, new Array(9).fill(object), {
      nprocs: 2,
    });
    assert.deepEqual(sizes, new Array(9).fill(SIZE));
  });

  it('see what a generator, an iterator of an array or the program changes between two of them', async () => {
    const object = large();
    const first = (o: Record<string, number>) => o.key0;
    const numbers = Array.from({ length: 12 }, (_, i) => i);
    function* changing() {
      for (const i of numbers) {
        object.key0 = i;
        yield delayed(first)(object);
      }
    }
    assert.deepEqual(await Parallel({ nJobs: 2 })(changing()), numbers);
    const odd = Object.assign([delayed(first)(object)], { [Symbol.iterator]: changing });
    assert.deepEqual(await Parallel({ nJobs: 2 })(odd), numbers);
    await using executor = createExecutor({ kind: 'threads', maxWorkers: 2 });
    const futures = numbers.map((i) => {
      object.key0 = i;
      return executor.submit(first, object);
    });
    assert.deepEqual(await Promise.all(futures), numbers);
    // One call a turn, with the object as it was before and with a change.
    for (const i of [50, 50, 50, 51, 51, 51, 51, 52]) {
      object.key0 = i;
      assert.equal(await executor.submit(first, object), i);
    }
  });

  it('get it from generators, executors, options and partials', async () => {
    const object = large();
    const items = Array.from({ length: 10 }, (_, i) => i);
    const look = (o: Record<string, number>, i: number) => o[`key${i}`];
    const lookIn = ({ o, i }: { o: Record<string, number>; i: number }) => o[`key${i}`];
    function* calls() {
      for (const i of items) yield delayed(look)(object, i);
    }
    assert.deepEqual(await Parallel({ nJobs: 2 })(calls()), items);
    function* options() {
      for (const i of items) yield { o: object, i };
    }
    assert.deepEqual(await parmap(lookIn, options(), { nprocs: 2 }), items);
    const bound = partial((i: number, { o }: { o: Record<string, number> }) => o[`key${i}`], { o: object });
    assert.deepEqual(await parmap(bound, items, { nprocs: 2 }), items);
    await using executor = createExecutor({ kind: 'threads', maxWorkers: 2 });
    assert.deepEqual(await Promise.all(items.map((i) => executor.submit(look, object, i))), items);
    for (const i of items) assert.equal(await executor.submit(lookIn, { o: object, i }), i);
    const mapped: number[] = [];
    for await (const value of executor.map(look, new Array(10).fill(object), items)) mapped.push(value);
    assert.deepEqual(mapped, items);
  });

  it('see large memory in it as it is in each turn of an executor', async () => {
    const object = { ...large(), view: new Float64Array(200_000) };
    await using executor = createExecutor({ kind: 'threads', maxWorkers: 2 });
    for (const i of [1, 1, 2, 2, 3]) {
      object.view[7] = i;
      assert.equal(await executor.submit((o: typeof object) => o.view[7], object), i);
    }
  });
});

// The tests above have given a warning, and it comes once in a program: this runs another one.
it('warns once of a large object that many calls get a copy of', async () => {
  const { Worker } = await import('node:worker_threads');
  const source = `
    const { parentPort } = require('node:worker_threads');
    process.on('warning', (w) => parentPort.postMessage({ code: w.code, message: w.message }));
    import(${JSON.stringify(import.meta.resolve('#dist/calls/repeated-arguments.js'))}).then(({ RepeatedArguments }) => {
      const repeated = new RepeatedArguments(() => undefined, () => {});
      const send = (args, count) => {
        for (let i = 0; i < count; i++) { repeated.find(args, true); repeated.warnOfCopies(args, 'look'); }
      };
      send([1, { small: 1 }], 20);
      send([new Float64Array(5000), 'x'], 20);
      send([1, Array.from({ length: 5000 }, () => 1)], 7);
      const index = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => ['k' + i, i]));
      for (let i = 0; i < 20; i++) send([1, { index, i }], 1);
      send([1, index], 20);
      send([Array.from({ length: 5000 }, () => () => 1)], 20);
      setImmediate(() => parentPort.postMessage('end'));
    });`;
  const worker = new Worker(source, { eval: true });
  const heard: unknown[] = [];
  worker.on('message', (message) => {
    if (message !== 'end') heard.push(message);
  });
  await once(worker, 'exit');
  assert.deepEqual(heard, [
    {
      code: 'APPLY_PARALLEL_REPEATED_ARGUMENT',
      message:
        "Many calls of look have the same object of 5000 entries as 'index' in argument 2, " +
        'and it is copied for each of them.',
    },
  ]);
});
