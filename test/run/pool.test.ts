// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { applyParallel, groupby } from 'apply-parallel';
import { prelude, runForJson, runScript } from '../support/child.js';

interface Outcome {
  name?: string;
  code?: string;
  message?: string;
  cause?: string;
}
const json = <T>(body: string, nodeArgs: readonly string[] = []) =>
  runForJson<T>(prelude + body, { nodeArgs });
const all = 'abcdefgh';

describe('the pool', { concurrency: 2 }, () => {
  it('serves calls at once, of any number of workers, and grows', async () => {
    const { together, one, threadsOf, warnings } = await json<{
      together: string[];
      one: string[];
      threadsOf: number[];
      warnings: string[];
    }>(`
      await run(sum);
      const threadsOf = [threads()];
      const one = [];
      for (const nJobs of [3, 2, -1]) {
        one.push(await outcome(run(sum, { nJobs })));
        // The outgrown pool takes a moment to be gone.
        for (let tries = 0; threads() !== threadsOf[0] + 1 && tries < 100; tries++) await sleep(50);
        threadsOf.push(threads());
      }
      const together = await Promise.all(Array.from({ length: 12 }, (_, i) => outcome(run(sum, { nJobs: [2, 3, -1][i % 3] }))));
      print({ together, one, threadsOf, warnings });
    `);
    assert.deepEqual(one, [all, all, all]);
    assert.deepEqual(together, new Array(12).fill(all));
    const [before] = threadsOf;
    assert.deepEqual(threadsOf, [before, before + 1, before + 1, before + 1]);
    assert.deepEqual(warnings, []);
  });

  it('keeps calls at once apart: one fails, the others do not', async () => {
    const outcomes = await json<(string | Outcome)[]>(`
      const bad = (g, { key }) => { if (key === 'c') throw new Error('bad'); return { k: [key] }; };
      const exits = (g, { key }) => { if (key === 'c') process.exit(1); return { k: [key] }; };
      print(await Promise.all([run(sum), run(bad), run(exits), run(sum), run(exits, { onError: 'skip' }), run(sum)].map(outcome)));
    `);
    assert.deepEqual(
      outcomes.map((got) => (typeof got === 'string' ? got : got.code)),
      [all, 'ERR_GROUP_FAILED', 'ERR_WORKER_EXITED', all, 'abdefgh', all],
    );
  });

  it('outlives calls that are aborted while the workers for them are still starting', async () => {
    // Of two threads one takes a second longer to start: the call is aborted when that one has not come to
    // its task.
    const slow = join(import.meta.dirname, 'support', 'slow-start.cjs');
    const { after, warnings } = await json<{ after: (string | Outcome)[]; warnings: string[] }>(
      `
      await run(sum);
      for (let round = 0; round < 2; round++) {
        // Both workers are ended, and replaced.
        await outcome(run(() => { for (;;); }, { timeout: 50 }));
        await outcome(run(sum, { signal: AbortSignal.timeout(600) }));
      }
      const after = [];
      // Each of these needs new workers, too.
      for (let round = 0; round < 3; round++) {
        after.push(await outcome(run((g, { key }) => { if ('ac'.includes(key)) process.exit(1); return { k: [key] }; }, { onError: 'skip', batchSize: 1 })));
      }
      print({ after, warnings });
    `,
      ['--require', slow],
    );
    assert.deepEqual(after, new Array(3).fill('bdefgh'));
    assert.deepEqual(warnings, []);
  });

  it('is not needed for calls inside a worker: they run there', async () => {
    const { got, before, inside } = await json<{ got: string; before: number; inside: number[] }>(`
      await run(sum);
      const before = threads();
      const result = await run(async (g, { key }) => {
        const { applyParallel, groupby } = await import('apply-parallel');
        const { readdirSync } = await import('node:fs');
        const { threadId } = await import('node:worker_threads');
        const inner = await applyParallel(groupby({ k: ['x', 'y'] }, 'k'), async () => {
          const { threadId } = await import('node:worker_threads');
          return { t: [threadId] };
        }, { nJobs: 4 });
        return { k: [key], same: [[...inner.t].every((t) => t === threadId)], threads: [readdirSync('/proc/self/task').length] };
      });
      print({ got: [...result.same].join(), before, inside: [...result.threads] });
    `);
    assert.equal(got, new Array(8).fill(true).join());
    assert.deepEqual(inside, new Array(8).fill(before));
  });

  it('shutdown() ends calls that run or wait, clearly, and the next call works', async () => {
    const { during, between, next, warnings } = await json<{
      during: Outcome[];
      between: string;
      next: string;
      warnings: string[];
    }>(`
      const forever = () => { for (;;); };
      await run(sum);
      const running = [run(forever), run(forever, { onError: 'skip' }), run(sum), run(sum, { nJobs: 3 })].map(outcome);
      await sleep(200);
      await shutdown();
      const during = await Promise.all(running.slice(0, 3));
      await running[3];
      const next = await outcome(run(sum));
      await shutdown();
      await shutdown();
      const between = await outcome(run(sum));
      await Promise.all([shutdown(), shutdown()]);
      print({ during, between, next, warnings });
    `);
    const ended = { name: 'ApplyError', code: 'ERR_ABORTED', message: 'the call was ended by shutdown()' };
    assert.deepEqual(during, [ended, ended, ended]);
    assert.deepEqual([between, next], [all, all]);
    assert.deepEqual(warnings, []);
  });

  it('says so where workers cannot start, every time', async () => {
    const broken = join(import.meta.dirname, 'support', 'no-workers.js');
    const { outcomes, inline } = await json<{ outcomes: Outcome[]; inline: string }>(
      `
      const outcomes = [];
      for (const onError of ['throw', 'skip', () => null]) outcomes.push(await outcome(run(sum, { onError })));
      outcomes.push(...await Promise.all([outcome(run(sum)), outcome(run(sum))]));
      print({ outcomes, inline: await outcome(run(sum, { nJobs: 1 })) });
    `,
      ['--import', broken],
    );
    assert.deepEqual(
      outcomes,
      new Array(5).fill({
        name: 'ApplyError',
        code: 'ERR_WORKER_EXITED',
        message: 'the workers cannot start: Error: no workers here',
        cause: 'Error: no workers here',
      }),
    );
    assert.equal(inline, all);
  });

  it('says so where Node allows no threads, and what is not run in threads works', async () => {
    const isNew = process.allowedNodeEnvironmentFlags.has('--permission');
    const { code, stdout, stderr } = await runScript(
      `${prelude}
      import { createExecutor, delayed, Memory, Parallel } from 'apply-parallel';
      const plain = (promise) => promise.then((value) => ({ value }), ({ name, code, message, cause }) => ({ name, code, message, cause: cause?.code }));
      const executor = createExecutor({ maxWorkers: 2 });
      const noThreads = [
        await plain(run(sum)),
        await plain(Parallel({ nJobs: 2 })([delayed(Math.abs)(-1)])),
        await plain(executor.submit(Math.abs, -1)),
        await plain(executor.shutdown()),
        // Nothing may be written either.
        await plain(new Memory({ location: 'no-such-folder', verbose: 0 }).cache((x) => x + 1)(1)),
      ];
      // A rejection that nobody handles would end the process by now.
      await sleep(50);
      print({ noThreads, inline: await outcome(run(sum, { nJobs: 1 })) });
      `,
      { nodeArgs: [isNew ? '--permission' : '--experimental-permission', '--allow-fs-read=*'] },
    );
    assert.equal(code, 0, stderr);
    const { noThreads, inline } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    const refused = {
      name: 'ApplyError',
      code: 'ERR_WORKER_EXITED',
      message:
        "the workers cannot start: Node's permission model allows no threads; start node with --allow-worker, " +
        'or pass nJobs: 1, which needs none',
      cause: 'ERR_ACCESS_DENIED',
    };
    assert.deepEqual(noThreads.slice(0, 3), [refused, refused, refused]);
    assert.deepEqual(noThreads[3], {});
    assert.deepEqual(noThreads[4], { value: 2 });
    assert.equal(inline, all);
  });

  it('lets the process end by itself, with the last call still unwatched', async () => {
    const { code, stdout } = await runScript(`${prelude}
      await run(sum);
      process.on('exit', () => console.log('handles', process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Timeout').length));
      run(sum, { nJobs: 3 }).then((result) => console.log(keysOf(result)));
    `);
    assert.equal(code, 0);
    assert.equal(stdout, `${all}\nhandles 0\n`);
  });

  it('dies with the process on Ctrl-C, endless loops and all', async () => {
    const { signal, stdout } = await runScript(
      `${prelude}
      await run(sum);
      setTimeout(() => console.log('busy ' + process.pid), 100);
      await run(() => { for (;;); });
      console.log('not reached');
    `,
      { onOutput: (text, kill) => text.includes('busy') && kill('SIGINT') },
    );
    assert.equal(signal, 'SIGINT');
    const pid = Number(stdout.match(/^busy (\d+)\n$/)?.[1]);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('writes what functions log completely, in order, before the call is over', async () => {
    const { code, stdout } = await runScript(`${prelude}
      await run(sum);
      const n = 1500;
      await applyParallel(groupby({ k: Array.from({ length: n }, (_, i) => i) }, 'k'), (g, { index }) => {
        console.log('log ' + (globalThis.me ??= Math.random()) + ' ' + index + ' ' + 'x'.repeat(200));
        return { k: [index] };
      }, { nJobs: 2 });
      // At once, console.log would lose what a busy reader has not taken.
      process.stdout.write('after\\n', () => process.exit(0));
    `);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.pop(), 'after');
    assert.equal(lines.length, 1500);
    const last = new Map<string, number>();
    for (const line of lines) {
      const [log, worker, index, rest] = line.split(' ');
      assert.deepEqual([log, rest.length], ['log', 200]);
      assert.ok(Number(index) > (last.get(worker) ?? -1));
      last.set(worker, Number(index));
    }
  });
});

describe('a program that ends', { concurrency: 2 }, () => {
  it('while its workers start ends well, whenever', async () => {
    // A thread that is ended while it requires an ES module would take the process with it.
    for (let round = 0; round < 12; round++) {
      const { code, signal, stderr } = await runScript(`${prelude}
        run(sum, { nJobs: 4 }).catch(() => {});
        setTimeout(() => process.exit(7), ${20 + round * 20});
        await sleep(5000);
      `);
      assert.deepEqual([code, signal], [7, null], stderr);
    }
  });

  it('a block with await using shutdown leaves no worker', async () => {
    const { within, after, next } = await runForJson<{
      within: number;
      after: number;
      next: string;
    }>(`${prelude}
      const before = threads();
      await run(sum);
      const within = threads() - before;
      await shutdown[Symbol.asyncDispose]();
      for (let tries = 0; threads() > before && tries < 100; tries++) await sleep(20);
      print({ within, after: threads() - before, next: await outcome(run(sum)) });
    `);
    assert.ok(within >= 2);
    assert.equal(after, 0);
    assert.equal(next, 'abcdefgh');
  });
});

describe('messages that are not ours', () => {
  it('are left alone', async () => {
    const fn = async (rows: object[]) => {
      const { parentPort } = await import('node:worker_threads');
      for (const message of ['hello', null, { type: 'stray' }]) parentPort?.postMessage(message);
      return rows;
    };
    assert.equal((await applyParallel(groupby([{ k: 'a' }, { k: 'b' }], 'k'), fn, { nJobs: 2 })).length, 2);
  });
});
