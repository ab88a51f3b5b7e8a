// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { tableFromArrays } from 'apache-arrow';
import {
  applyParallel,
  cogroup,
  delayed,
  filterParallel,
  type GroupError,
  groupby,
  Memory,
  mapBatches,
  Parallel,
  parmap,
  type Report,
  SharedLock,
  shareArray,
  shutdown,
  transformParallel,
} from 'apply-parallel';

const backend = 'processes' as const;
const options = { backend, nJobs: 2 } as const;
const n = 300;
const table = tableFromArrays({
  k: Int32Array.from({ length: n }, (_, i) => (i * 7) % 12),
  x: Float64Array.from({ length: n }, (_, i) => i),
  s: Array.from({ length: n }, (_, i) => (i % 5 ? `text ${i % 3}` : null)),
});
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? Number(v) : v)));

after(shutdown);

describe("backend: 'processes'", () => {
  it('gives what threads give, in all verbs on groups', async () => {
    const grouped = groupby(table, 'k');
    const calls = {
      apply: (o: object) =>
        applyParallel(grouped, (g) => ({ ...g, twice: g.x.map((v) => v * 2) }), { input: 'columns', ...o }),
      same: (o: object) => applyParallel(grouped, (g) => g, o),
      transform: (o: object) =>
        transformParallel(grouped, (g) => ({ m: g.x.map((v) => v - g.x[0]) }), { input: 'columns', ...o }),
      filter: (o: object) => filterParallel(grouped, (g) => g.numRows > 24, o),
      batches: (o: object) => mapBatches(table, (b) => ({ n: [b.numRows] }), { batchRows: 70, ...o }),
      cogroup: (o: object) =>
        applyParallel(
          cogroup(groupby(table, 'k'), groupby(table.slice(20, 140), 'k')),
          (a, b, { key }) => ({ key, a: a.numRows, b: b.numRows, at: b.getChild('s')?.get(0) }),
          o,
        ),
    };
    for (const [name, call] of Object.entries(calls)) {
      const [wanted, got] = [await call({ nJobs: 2 }), await call(options)];
      assert.equal(String(got.schema), String(wanted.schema), name);
      assert.deepEqual(plain(got.toArray()), plain(wanted.toArray()), name);
    }
  });

  it('runs elsewhere, each group with its own rows, and leaves the rows here alone', async () => {
    const pids = await applyParallel(
      groupby(table, 'k'),
      (g) => {
        g.x[0] = -1;
        return { pid: [process.pid], x: g.x.slice(0, 1) };
      },
      { ...options, input: 'columns', output: 'columns' },
    );
    assert.ok(![...pids.pid].includes(process.pid));
    assert.ok(new Set(pids.pid).size <= 2);
    assert.deepEqual([...new Set(pids.x)], [-1]);
    assert.equal(table.getChild('x')?.get(0), 0);
    const changed = await applyParallel(
      groupby(table, 'k'),
      (g) => {
        g.x.fill(5);
        return g;
      },
      { ...options, input: 'columns', output: 'columns' },
    );
    assert.deepEqual(new Set(changed.x), new Set([5]));
  });

  it('decides the form of a column by the whole table', async () => {
    const rows = [
      { k: 'a', x: 1 },
      { k: 'b', x: null },
    ];
    const kinds = await applyParallel(groupby(rows, 'k'), (g) => ({ kind: [g.x.constructor.name] }), {
      ...options,
      input: 'columns',
      batchSize: 1,
    });
    assert.deepEqual(kinds, [{ kind: 'Float64Array' }, { kind: 'Float64Array' }]);
  });

  it('loses one attempt of one group to a crash', async () => {
    const seen: GroupError[] = [];
    const report: Report[] = [];
    const folder = await mkdtemp(join(tmpdir(), 'apply-parallel-'));
    try {
      const got = await applyParallel(
        groupby(table, 'k'),
        async (_, { key }) => {
          const { existsSync, writeFileSync } = await import('node:fs');
          const mark = `${folder}/${key}`;
          if (key === 3 && !existsSync(mark)) {
            writeFileSync(mark, '');
            process.kill(process.pid, 'SIGSEGV');
            await new Promise(() => {});
          }
          if (key === 5) process.exit(7);
          return { key };
        },
        {
          ...options,
          retries: 1,
          onError(error) {
            seen.push(error);
            return null;
          },
          report: (r) => report.push(r),
        },
      );
      assert.deepEqual(
        plain(got.toArray()).map(({ key }: { key: number }) => key),
        [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
    assert.equal(seen.length, 1);
    assert.equal(seen[0].code, 'ERR_WORKER_EXITED');
    assert.match(seen[0].message, /^group 5 \(attempt 2\): the worker exited with code 7; /);
    assert.deepEqual({ ...(seen[0].cause as object) }, { exitCode: 7, signal: null });
    assert.deepEqual(report[0].retried.map(({ key, attempt }) => [key, attempt]).sort(), [
      [3, 1],
      [5, 1],
    ]);
  });

  it('loses one group to a function that writes to the pipe of its process, and not the program', async () => {
    const seen: GroupError[] = [];
    const got = await applyParallel(
      groupby(table, 'k'),
      async (_, { key }) => {
        if (key === 3) {
          (await import('node:fs')).writeSync(4, 'these are no bytes of a message');
          await new Promise(() => {});
        }
        return { key };
      },
      {
        ...options,
        onError(error) {
          seen.push(error);
          return null;
        },
      },
    );
    assert.equal(got.numRows, 11);
    assert.deepEqual(
      seen.map(({ code, key }) => [code, key]),
      [['ERR_WORKER_EXITED', 3]],
    );
    assert.match(seen[0].message, /bytes that are no message; .* file descriptor 4/);
  });

  it('hands over memory with a buffer that shows nothing else', async () => {
    const large = new Uint8Array(3_000_000).fill(9);
    const sizes = await parmap((view) => view.buffer.byteLength, [large, large], { backend, nprocs: 2 });
    assert.deepEqual(sizes, [large.byteLength, large.byteLength]);
    const shared = await parmap(
      (x) => ({ x: new Uint8Array(new SharedArrayBuffer(4)).fill(x).buffer }),
      [5, 6],
      {
        backend,
        nprocs: 2,
      },
    );
    assert.deepEqual(
      shared.map(({ x }) => [...new Uint8Array(x)]),
      [
        [5, 5, 5, 5],
        [6, 6, 6, 6],
      ],
    );
  });

  it('runs an initializer once a process, with the objects of the function, and again in one that replaces it', async () => {
    const state = { count: 0 };
    const got = await applyParallel(
      groupby(table, 'k'),
      (_, { key }) => {
        if (key === 4) process.abort();
        return { count: [state.count] };
      },
      { ...options, batchSize: 1, onError: 'skip', initializer: () => void state.count++ },
    );
    assert.deepEqual([...new Set(plain(got.toArray()).map(({ count }: { count: number }) => count))], [1]);
    await assert.rejects(
      applyParallel(groupby(table, 'k'), (g) => g, { ...options, initializer: () => process.exit(2) }),
      { code: 'ERR_INITIALIZER_FAILED', message: /exited with code 2/ },
    );
  });

  it('caches results, and knows those that depend on more than the group', async () => {
    const location = await mkdtemp(join(tmpdir(), 'apply-parallel-'));
    try {
      const cache = new Memory({ location });
      const once = { ...options, cache };
      const alone = () => applyParallel(groupby(table, 'k'), () => ({ t: [performance.now()] }), once);
      const numbered = () =>
        applyParallel(groupby(table, 'k'), (_, { index }) => ({ t: [performance.now() + index] }), once);
      for (const [call, isSame] of [
        [alone, true],
        [numbered, false],
      ] as const) {
        const [first, second] = [await call(), await call()].map((each) => plain(each.toArray()));
        assert.equal(isDeepStrictEqual(first, second), isSame);
      }
    } finally {
      await rm(location, { recursive: true });
    }
  });

  it('yields results as they come, seeded and timed as with threads', async () => {
    const keys: unknown[] = [];
    for await (const { key, frame } of applyParallel(groupby(table, 'k'), (g) => g, {
      ...options,
      returnAs: 'generator',
    })) {
      keys.push(key);
      assert.ok(frame.numRows > 0);
    }
    assert.deepEqual(keys, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const random = (o: object) =>
      applyParallel(groupby(table, 'k'), (_, context) => ({ r: context.random() }), { seed: 5, ...o });
    assert.deepEqual(plain((await random(options)).toArray()), plain((await random({ nJobs: 1 })).toArray()));
    await assert.rejects(
      applyParallel(groupby(table, 'k'), (g, { key }) => (key === 2 ? new Promise<typeof g>(() => {}) : g), {
        ...options,
        timeout: 300,
      }),
      { code: 'ERR_GROUP_TIMEOUT', key: 2 },
    );
  });

  it('refuses by name what only threads share', async () => {
    const lock = new SharedLock();
    const counts = shareArray(new Int32Array(1));
    await assert.rejects(
      applyParallel(groupby(table, 'k'), (g) => lock.runSync(() => g), options),
      {
        code: 'ERR_UNSHIPPABLE',
        message: /lock: it is a SharedLock, .* the function runs in child processes/,
      },
    );
    await assert.rejects(
      Parallel(options)([delayed((a: Int32Array) => a[0])(counts)]),
      /an argument lies in shared memory/,
    );
  });
});
