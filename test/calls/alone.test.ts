// alone: it looks at what fresh workers load

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Table, tableFromArrays, Vector } from 'apache-arrow';
import { CallError, createExecutor, delayed, Memory, Parallel, parmap, shutdown } from 'apply-parallel';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns the files that this thread has loaded, from the inspector. Imports nothing. */
const loadedFiles = () => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  const files: string[] = [];
  session.on('Debugger.scriptParsed', ({ params }) => files.push(params.url));
  session.post('Debugger.enable');
  session.disconnect();
  return files;
};
const hasArrow = (files: readonly string[]) => files.some((file) => file.includes('/apache-arrow/'));
const hasAllKernels = (files: readonly string[]) => files.some((file) => file.endsWith('/kernels.js'));

/** Makes one call on a worker. */
const call = async <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> => {
  const [result] = await Parallel({ nJobs: 2 })([delayed(fn)(...args)]);
  return result as Awaited<R>;
};

describe('workers of calls', () => {
  afterEach(() => shutdown());

  it('load no apache-arrow for functions and arguments that import nothing', async () => {
    const factor = 2;
    const made = await Parallel({ nJobs: 2 })([
      delayed((x: number) => x * factor)(4),
      delayed((f: (x: number) => number) => f(4))((x) => x + factor),
    ]);
    assert.deepEqual(made, [8, 6]);
    assert.deepEqual(await parmap((x) => x * factor, [1, 2], { nprocs: 2 }), [2, 4]);
    await using executor = createExecutor({ maxWorkers: 2 });
    assert.equal(await executor.submit((date: Date) => date.getTime(), new Date(5)), 5);
    const files = await executor.submit(loadedFiles);
    assert.ok(!hasArrow(files) && !hasAllKernels(files), String(files));
  });

  it('load it for functions that import, at once or later, and for tables that they capture or get', async () => {
    const table = tableFromArrays({ x: Int32Array.of(1, 2) });
    const vector = table.getChild('x') as Vector;
    const isTable = (value: unknown) => value instanceof Table;
    const later = async (value: unknown) => value instanceof (await import('apache-arrow')).Table;
    const ask = (check: (value: unknown) => unknown) => check(table);
    const askVector = (check: (value: unknown) => unknown) => check(vector);
    const answers = {
      given: () => call(isTable, table),
      'given to a later import': () => call(later, table),
      'captured, asked by an argument': () => call(ask, isTable),
      'a vector': () => call(askVector, (value: unknown) => value instanceof Vector),
      'in an object': () => call((given: { t: unknown }) => isTable(given.t), { t: table }),
    };
    for (const [name, answer] of Object.entries(answers)) {
      assert.equal(await answer(), true, name);
      await shutdown();
    }
    assert.equal(await call((given: Table) => given.numRows, table), 2);
  });

  it('give back tables of an apache-arrow that a function found by itself', async () => {
    const make = (from: string) => {
      const require = process.getBuiltinModule('node:module').createRequire(from);
      return require('apache-arrow').tableFromArrays({ x: Int32Array.of(3) }) as Table;
    };
    const made = await call(make, import.meta.url);
    assert.ok(made instanceof Table);
    assert.equal(made.getChild('x')?.get(0), 3);
  });

  it('give back functions, instances and refusals as other workers do', async () => {
    class Point {
      constructor(readonly x: number) {}
      double() {
        return 2 * this.x;
      }
    }
    const functions = await Parallel({ nJobs: 2 })(
      [1, 2, 3].map((x) => delayed((y: number) => () => x * y)(10)),
    );
    assert.deepEqual(
      functions.map((fn) => fn()),
      [10, 20, 30],
    );
    const points = await parmap(async (x: number) => new Point(x), [1, 2], { nprocs: 2 });
    assert.deepEqual(
      points.map((point) => point.double()),
      [2, 4],
    );
    const makers: (() => unknown)[] = [() => new WeakMap(), async () => ({ map: new WeakMap() })];
    for (const make of makers) {
      await assert.rejects(call(make), (error: CallError) => {
        assert.ok(error instanceof CallError);
        assert.equal(error.code, 'ERR_BAD_RESULT');
        assert.match(error.message, /returned value.* Return plain data, frames or typed arrays/);
        return true;
      });
    }
  });

  it('keep what a function and its initializer have set when another call imports', async () => {
    const state = { initialized: 0, calls: 0 };
    const initializer = () => {
      state.initialized++;
    };
    const count = () => ({ ...state, calls: ++state.calls });
    await using executor = createExecutor({ maxWorkers: 1, initializer });
    assert.deepEqual(await executor.submit(count), { initialized: 1, calls: 1 });
    const [counted, isFunction] = await Promise.all([
      executor.submit(count),
      executor.submit(() => typeof tableFromArrays === 'function'),
    ]);
    assert.deepEqual(counted, { initialized: 1, calls: 2 });
    assert.equal(isFunction, true);
    assert.deepEqual(await executor.submit(count), { initialized: 1, calls: 3 });
  });

  it('have loaded everything before a call whose time is limited', async () => {
    await using executor = createExecutor({ maxWorkers: 1, timeout: 60_000 });
    assert.ok(hasAllKernels(await executor.submit(loadedFiles)));
  });

  it('take calls inside of functions, cached functions and frames of danfojs', async () => {
    const nested = (xs: number[]) => parmap((x: number) => x + 1, xs, { nprocs: 2 });
    assert.deepEqual(await call(nested, [1, 2]), [2, 3]);
    await shutdown();
    const folder = await mkdtemp(join(root, 'out-alone-'));
    try {
      const cached = new Memory({ location: folder }).cache(async (x: number) => x * 3);
      assert.equal(await call(cached, 3), 9);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await shutdown();
    const { DataFrame } = await import('danfojs-node');
    const frame = new DataFrame({ x: [1, 2] });
    assert.equal(await call((given: typeof frame) => given.shape[0], frame), 2);
    const copied = await call((given: typeof frame) => given.copy(), frame);
    assert.ok(copied instanceof DataFrame);
  });
});
