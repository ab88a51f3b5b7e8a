// alone: it expects no warnings but its own

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { applyParallel, groupby, parmap, SharedQueue, shareArray, shutdown } from 'apply-parallel';

after(shutdown);

interface Lost extends Error {
  readonly code?: string;
}

/** The names of the variables that a call is warned of, and the lines. */
async function warnedOf(call: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const listen = (warning: Lost) => {
    if (warning.code !== 'APPLY_PARALLEL_LOST_WRITE') return;
    const [, name, file] = /writes to (\S+) \((.*?):\d+:\d+\)/.exec(warning.message) ?? [];
    assert.equal(file, import.meta.filename, warning.message);
    seen.push(name);
  };
  process.on('warning', listen);
  try {
    await call();
    // Warnings are emitted in the next tick.
    await new Promise(setImmediate);
  } finally {
    process.off('warning', listen);
  }
  return seen;
}

const rows = [
  { k: 'a', n: 1 },
  { k: 'b', n: 2 },
];
const options = { nJobs: 2 };

describe('writes to what a function has captured', () => {
  it('that nothing reads are told once', async () => {
    const seen: string[] = [];
    const totals = new Map<string, number>();
    const found = new Set<string>();
    const state = { rows: [] as object[], n: 0 };
    const counts = new Int32Array(2);
    const byKey: { [key: string]: number } = {};
    const call = () =>
      applyParallel(
        groupby(rows, 'k'),
        (g, { key, index }) => {
          seen.push(key);
          totals.set(key, g.length);
          if (g.length > 0) found.add(key);
          for (const row of g) state.rows.push(row);
          counts[index] += 1;
          byKey[key] = 1;
          return g;
        },
        options,
      );
    assert.deepEqual(await warnedOf(call), ['seen', 'totals', 'found', 'state.rows', 'counts', 'byKey']);
    assert.deepEqual(await warnedOf(call), []);
  });

  it('in functions that the function uses, and in those of other verbs', async () => {
    const log: number[] = [];
    const note = (value: number) => void log.push(value);
    assert.deepEqual(
      await warnedOf(() =>
        parmap(
          (x: number) => {
            note(x);
            return x;
          },
          [1, 2],
          { nprocs: 2 },
        ),
      ),
      ['log'],
    );
  });

  it('are no mistake where something reads them', async () => {
    const memo = new Map<number, number>();
    const cache: { [key: string]: number } = {};
    const list: number[] = [];
    const last = () => list.at(-1);
    const square = (x: number) => {
      if (!memo.has(x)) memo.set(x, x * x);
      cache[x] ??= 1;
      list.push(x);
      return [memo.get(x), cache[x], last()];
    };
    assert.deepEqual(await warnedOf(() => parmap(square, [1, 2], { nprocs: 2 })), []);
  });

  it('are no mistake in shared memory, in this thread, and in an initializer', async () => {
    const shared = shareArray(Int32Array.of(0, 0));
    const queue = new SharedQueue<string>({ capacity: 4 });
    const here: string[] = [];
    const model = new Map<string, number>();
    const call = async () => {
      await applyParallel(
        groupby(rows, 'k'),
        async (_, { index }) => {
          shared[index] = 1;
          await queue.put('x');
          return { y: model.get('a') ?? 0 };
        },
        { ...options, initializer: () => void model.set('a', 1) },
      );
      await applyParallel(
        groupby(rows, 'k'),
        (g, { key }) => {
          here.push(key);
          return g;
        },
        { nJobs: 1 },
      );
    };
    assert.deepEqual(await warnedOf(call), []);
    assert.deepEqual(
      [[...shared], here],
      [
        [1, 1],
        ['a', 'b'],
      ],
    );
  });
});

it('a refusal says where the function is, and where it uses what is refused', async () => {
  const held = { ref: new WeakRef({}) };
  const failed = applyParallel(
    groupby(rows, 'k'),
    (g) => g.map((row) => ({ ...row, ref: held.ref })),
    options,
  );
  await assert.rejects(failed, (error: Error) => {
    const file = import.meta.filename.replaceAll('\\', '\\\\').replaceAll('.', '\\.');
    assert.match(
      error.message,
      new RegExp(` Used at ${file}:\\d+:\\d+, by the function at ${file}:\\d+:\\d+\\.$`),
    );
    assert.match(String(error.stack).split('\n')[1], /lost-writes\.test/);
    return true;
  });
});
