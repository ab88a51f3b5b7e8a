// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApplyError, delayed, Parallel } from 'apply-parallel';
import { runScript } from './support/child.js';
import { failure } from './support/failure.js';

const square = (x: number) => x * x;
const numbers = Array.from({ length: 100 }, (_, i) => i);

describe('Parallel, when something fails', () => {
  it('fails a call that takes too long, by name', async () => {
    const spin = (ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; );
      return ms;
    };
    const error = await failure(
      Parallel({ nJobs: 2, timeout: 300 })([1, 60_000, 2].map((ms) => delayed(spin)(ms))),
    );
    assert.equal(error.code, 'ERR_CALL_TIMEOUT');
    assert.equal(error.index, 1);
    assert.match(error.message, /^call 1: the function ran longer than the timeout of 300 ms/);
  });

  it('refuses what it does not know', () => {
    const refused = (body: () => unknown, message: RegExp) =>
      assert.throws(
        body,
        (error: ApplyError) => error.code === 'ERR_INVALID_OPTION' && message.test(error.message),
      );
    refused(
      () => Parallel({ n_jobs: 2 } as never),
      /Parallel has no option 'n_jobs'; did you mean 'nJobs'\?/,
    );
    refused(
      () => Parallel([delayed(square)(1)] as never),
      /the calls come after the options: Parallel\(\)\(calls\)$/,
    );
    refused(() => Parallel({ nJobs: 0 }), /^Parallel: nJobs must be a whole number other than 0 .*, got 0$/);
    refused(() => Parallel({ preDispatch: 'some' }), /preDispatch must be 'all', a positive number/);
    refused(() => Parallel({ preDispatch: 0 }), /preDispatch must be/);
    refused(
      () => Parallel({ backend: 'loky' as never }),
      /backend must be 'threads', 'processes', 'async' or 'inline'/,
    );
    refused(() => Parallel()(5 as never), /Parallel takes an iterable, async or not, got 5/);
    refused(() => delayed(5 as never), /delayed: fn must be a function, got 5/);
  });

  it('says which item is no call', async () => {
    const error = await failure(Parallel({ nJobs: 2 })([delayed(square)(1), square as never]));
    assert.match(
      error.message,
      /^Parallel: call 1 is \[Function: square\]; expected delayed\(fn\)\(\.\.\.args\)$/,
    );
  });

  it('gives what came before a call that ended its worker, though other workers never come to an end', async () => {
    const ending = async (x: number) => {
      if (x < 4) await new Promise((resolve) => setTimeout(resolve, 30));
      if (x === 4) process.exit();
      if (x > 4) await new Promise(() => {});
      return x;
    };
    for (let run = 0; run < 3; run++) {
      const results = Parallel({ nJobs: 2, batchSize: 5, returnAs: 'generator' })(
        numbers.slice(0, 10).map((x) => delayed(ending)(x)),
      );
      const before: number[] = [];
      await assert.rejects(
        async () => {
          for await (const value of results) before.push(value);
        },
        { code: 'ERR_WORKER_EXITED', index: 4 },
      );
      assert.deepEqual(before, [0, 1, 2, 3]);
    }
  });

  it('ends the process of a generator that is left lying about after a call has failed', async () => {
    const { stdout, code } = await runScript(`
      import { parmap } from 'apply-parallel';
      const results = parmap(async (x) => {
        if (x === 1) throw new Error('one');
        if (x > 1) await new Promise(() => {});
        return x;
      }, [0, 1, 2, 3], { nprocs: 2, batchSize: 1, returnAs: 'generator' });
      console.log((await results.next()).value);
    `);
    assert.deepEqual([stdout, code], ['0\n', 0]);
  });

  it('fails with what a progress function throws, whatever the results are', async () => {
    const bare = () => Object.create(null) as object;
    const progress = () => {
      throw new Error('progress');
    };
    for (const returnAs of ['list', 'generator', 'generatorUnordered'] as const) {
      const run = Parallel({ nJobs: 2, batchSize: 1, returnAs: returnAs as 'generator', progress });
      await assert.rejects(
        async () => {
          const results = run([1, 2].map(() => delayed(bare)()));
          if (returnAs === 'list') await results;
          else for await (const _ of results);
        },
        { message: 'progress' },
      );
    }
  });
});
