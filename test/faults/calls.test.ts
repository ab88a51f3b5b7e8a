import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runForJson, runScript } from '../support/child.js';

/* What can go wrong with calls, each in a process of its own that must end by itself. */

interface Outcome {
  readonly name?: string;
  readonly code?: string;
  readonly index?: number;
  readonly message?: string;
  readonly value?: unknown;
}

const prelude = `
import { createExecutor, delayed, Parallel, parmap, shutdown } from 'apply-parallel';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const outcome = (promise) => promise.then((value) => ({ value }), ({ name, code, index, message }) => ({ name, code, index, message }));
const print = (value) => console.log(JSON.stringify(value));
const ten = Array.from({ length: 10 }, (_, i) => i);
`;

describe('faults in calls', () => {
  it('names the call in which a worker exits, and the next calls work', async () => {
    const [failed, next] = await runForJson<Outcome[]>(`${prelude}
      const exit = (x) => { if (x === 6) process.exit(3); return x; };
      const failed = await outcome(Parallel({ nJobs: 2 })(ten.map((x) => delayed(exit)(x))));
      print([failed, await outcome(Parallel({ nJobs: 2 })(ten.map((x) => delayed(Math.sqrt)(x * x))))]);`);
    assert.deepEqual([failed.name, failed.code, failed.index], ['CallError', 'ERR_WORKER_EXITED', 6]);
    assert.match(String(failed.message), /^call 6: the worker exited/);
    assert.deepEqual(next, { value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });

  it('names the call that runs out of memory', async () => {
    const failed = await runForJson<Outcome>(
      `${prelude}
      const hog = (x) => { const all = []; while (x === 4) all.push(new Array(1e5).fill({ x })); return x; };
      print(await outcome(Parallel({ nJobs: 2, batchSize: 5 })(ten.map((x) => delayed(hog)(x)))));`,
      { nodeArgs: ['--max-old-space-size=80'] },
    );
    assert.deepEqual([failed.code, failed.index], ['ERR_WORKER_OUT_OF_MEMORY', 4]);
  });

  it('runs again, with arguments as they were, what a dead worker had done and not delivered', async () => {
    const results = await runForJson<Outcome[]>(`${prelude}
      const executor = createExecutor({ maxWorkers: 2 });
      const grow = (list) => { list.push(1); if (list[0] === 5) process.exit(1); return list.length; };
      const futures = ten.map((x) => executor.submit(grow, [x]));
      const results = await Promise.all(futures.map(outcome));
      await executor.shutdown();
      print(results);`);
    const [failed] = results.splice(5, 1);
    assert.deepEqual([failed.code, failed.index], ['ERR_WORKER_EXITED', 5]);
    assert.deepEqual(results, Array(9).fill({ value: 2 }));
  });

  it('replaces a worker that spins for ever, and keeps the others going', async () => {
    const results = await runForJson<Outcome[]>(`${prelude}
      const executor = createExecutor({ maxWorkers: 2, timeout: 300 });
      const spin = (x) => { while (x === 3); return x; };
      print(await Promise.all(ten.map((x) => executor.submit(spin, x)).map(outcome)));
      await executor.shutdown();`);
    const [failed] = results.splice(3, 1);
    assert.equal(failed.code, 'ERR_CALL_TIMEOUT');
    assert.deepEqual(
      results.map(({ value }) => value),
      [0, 1, 2, 4, 5, 6, 7, 8, 9],
    );
  });

  it('rejects what is under way when shutdown() ends the pool', async () => {
    const [parallel, future, after] = await runForJson<Outcome[]>(`${prelude}
      const spin = () => { while (true); };
      const executor = createExecutor({ maxWorkers: 1 });
      const running = [outcome(Parallel({ nJobs: 2 })([delayed(spin)()])), outcome(executor.submit(spin))];
      await sleep(500);
      await shutdown();
      print([...await Promise.all(running), await outcome(executor.submit(Math.sqrt, 9))]);
      await executor.shutdown();`);
    assert.equal(parallel.code, 'ERR_ABORTED');
    assert.equal(future.code, 'ERR_ABORTED');
    assert.deepEqual(after, { value: 3 });
  });

  it('ends a spinning call by its signal', async () => {
    const aborted = await runForJson<Outcome>(`${prelude}
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 300);
      print(await outcome(parmap(() => { while (true); }, ten, { nprocs: 2, signal: controller.signal })));`);
    assert.equal(aborted.code, 'ERR_ABORTED');
  });

  it('lets a program end that leaves a generator, an executor and futures behind', async () => {
    const { code, stdout } = await runScript(`${prelude}
      const results = parmap((x) => x, (function* () { for (let i = 0; ; i++) yield i; })(), { nprocs: 2, returnAs: 'generator' });
      await results.next();
      const executor = createExecutor({ maxWorkers: 2 });
      await executor.submit(Math.sqrt, 4);
      executor.submit(() => { throw new Error('nobody hears of it'); });
      console.log('last line');`);
    assert.deepEqual([code, stdout], [0, 'last line\n']);
  });

  it('warns of what a call leaves behind that fails later, and keeps its result', async () => {
    const { results, warnings } = await runForJson<{ results: Outcome[]; warnings: string[] }>(`${prelude}
      const warnings = [];
      process.on('warning', ({ message }) => warnings.push(message));
      const executor = createExecutor({ maxWorkers: 1 });
      const late = (x) => { if (x === 0) setTimeout(() => { throw new Error('late'); }, 20); return x; };
      const wait = () => new Promise((resolve) => setTimeout(() => resolve('waited'), 200));
      const results = await Promise.all([executor.submit(late, 0), executor.submit(wait)].map(outcome));
      await executor.shutdown();
      await sleep(10);
      print({ results, warnings });`);
    assert.deepEqual(results, [{ value: 0 }, { value: 'waited' }]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^call \d+: something the function left behind when it returned.*Error: late$/);
  });
});
