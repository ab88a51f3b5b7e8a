// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createExecutor, delayed, Parallel, parmap } from 'apply-parallel';
import { ListReader } from '#dist/calls/list-reader.js';
import { ListWriter } from '#dist/calls/list-writer.js';
import { RepeatedArguments } from '#dist/calls/repeated-arguments.js';
import { shipValue } from '#dist/ship/index.js';

const SIZE = 5000;
const large = (size = SIZE): Record<string, number> =>
  Object.fromEntries(Array.from({ length: size }, (_, i) => [`key${i}`, i]));

/** Writes calls as a batch does. Returns their list, and the bytes that were written once. */
function write(calls: readonly (readonly unknown[])[], canChange = false) {
  let bytes = 0;
  const repeated = new RepeatedArguments(
    () => undefined,
    (more) => {
      bytes += more;
    },
  );
  const writer = new ListWriter((value) => shipValue(value, 'a value', []), {
    areArguments: true,
    repeatedIn: (args) => repeated.find(args, canChange),
  });
  for (const args of calls) writer.add(args);
  return { list: writer.finish(), bytes };
}

/** Reads calls back, each twice: as two workers do, or one that runs it again. */
function requireRead(calls: readonly (readonly unknown[])[], list: ReturnType<typeof write>['list']) {
  const reader = new ListReader(list);
  for (let pass = 0; pass < 2; pass++) {
    for (const [k, args] of calls.entries()) assert.deepEqual(reader.read(k), args);
  }
}

describe('a large object that is an argument of several calls', () => {
  it('is written with the first call, and once for all others', () => {
    const object = large();
    const calls = Array.from({ length: 200 }, (_, i) => [object, i]);
    const { list, bytes } = write(calls);
    requireRead(calls, list);
    const one = write(calls.slice(0, 1)).list.bytes.length;
    assert.ok(bytes > 0 && bytes < one * 1.1, `${bytes} bytes once, ${one} for a call`);
    assert.ok(list.bytes.length < one + 200 * 40, `${list.bytes.length} bytes`);
  });

  it('may be an array, a Map, a Set, long texts, nested, or several objects', () => {
    const rows = Array.from({ length: SIZE }, (_, i) => ({ i, name: `row ${i}` }));
    const map = new Map(rows.map((row) => [row.name, row.i]));
    const texts = { text: 'x'.repeat(100_000) };
    const views = { list: rows.map(({ i }) => i), view: Float64Array.of(1, 2), when: new Date(5) };
    const calls = Array.from({ length: 20 }, (_, i) => [
      [rows, i, map],
      [texts, views],
      [new Set(map.keys()), { i }, rows],
    ]).flat();
    const { list, bytes } = write(calls);
    requireRead(calls, list);
    assert.ok(bytes > 0);
    assert.ok(list.shared.length >= 4);
  });

  it('arrives as one object where a call has it twice, and as another one in each call', () => {
    const object = large();
    const reader = new ListReader(write(Array.from({ length: 4 }, () => [object, object])).list);
    const read = [0, 1, 2, 3].map((k) => reader.read(k) as (typeof object)[]);
    for (const [a, b] of read) assert.equal(a, b);
    assert.equal(new Set(read.map(([a]) => a)).size, 4);
    read[1][0].key1 = -1;
    assert.equal(read[2][0].key1, 1);
  });

  it('is written with each call if another argument shares an object with it', () => {
    const part = { n: 1 };
    const object = { ...large(), part };
    const others: [unknown, (other: never) => unknown][] = [
      [part, (other) => other],
      [{ part }, ({ part }: { part: unknown }) => part],
      [[object], ([{ part }]: [{ part: unknown }]) => part],
      [{ list: [object], more: large() }, ({ list }: { list: [{ part: unknown }] }) => list[0].part],
    ];
    for (const [other, partOf] of others) {
      const reader = new ListReader(write(Array.from({ length: 4 }, () => [object, other])).list);
      for (let k = 0; k < 4; k++) {
        const [read, given] = reader.read(k) as [typeof object, never];
        assert.equal(partOf(given), read.part);
      }
    }
  });

  it('is written with each call if it, or another argument, is not plain', () => {
    class Point {
      x = 1;
    }
    const object = large();
    for (const args of [[object, new Point()], [{ ...object, point: new Point() }]]) {
      const { list } = write(Array.from({ length: 4 }, () => args));
      assert.ok(list.layouts.every((layout) => layout === 'graph'));
    }
  });

  it('is written with each call if it may have changed', () => {
    const object = large();
    const { bytes } = write(
      Array.from({ length: 4 }, () => [object]),
      true,
    );
    assert.equal(bytes, 0);
  });

  it('is remembered among few others only', () => {
    const objects = Array.from({ length: 70 }, () => large(1100));
    const calls = [...objects, ...objects].map((object) => [object]);
    const { list, bytes } = write(calls);
    requireRead(calls, list);
    assert.equal(bytes, 0);
  });
});

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
      send([1, Object.fromEntries(Array.from({ length: 5000 }, (_, i) => ['k' + i, i]))], 20);
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
        'Many calls of look have the same object of 5000 entries as argument 2, and it is copied for each of them.',
    },
  ]);
});
