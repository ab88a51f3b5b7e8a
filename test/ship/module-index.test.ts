import assert from 'node:assert/strict';
import { once } from 'node:events';
import process, { argv as importedArgv, env as importedEnv } from 'node:process';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { roundTrip } from './support/round-trip.mjs';

test('environment and arguments are those of the calling thread, also where node:process is loaded', async () => {
  // The worker exists before the environment changes.
  await roundTrip(() => 1);
  process.env.APPLY_PARALLEL_TEST = 'here';
  try {
    const { env, argv, execArgv, cwd } = process;
    const settings = { env, argv };
    const inside = await roundTrip(() => [
      [env.APPLY_PARALLEL_TEST, argv, execArgv, cwd()],
      [settings.env.APPLY_PARALLEL_TEST, settings.argv],
      [importedEnv.APPLY_PARALLEL_TEST, importedArgv],
    ]);
    assert.deepEqual(inside, [
      ['here', argv, execArgv, cwd()],
      ['here', argv],
      ['here', argv],
    ]);
  } finally {
    delete process.env.APPLY_PARALLEL_TEST;
  }
});

test("a thread's workerData is sent, its parentPort is refused: a worker's own are others", async () => {
  const program = new URL('./support/thread-data.mjs', import.meta.url);
  const worker = new Worker(program, { workerData: { rate: 3 } });
  assert.deepEqual(await once(worker, 'message'), [[3, 'ERR_UNSHIPPABLE']]);
});
