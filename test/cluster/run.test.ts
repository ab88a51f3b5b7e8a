import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { type Table, tableFromArrays, tableFromIPC } from 'apache-arrow';
import type { Cluster, SparkError } from '#dist/cluster/index.js';
import { openCluster } from '#dist/cluster/open-cluster.js';
import type { RunProgress } from '#dist/cluster/progress.js';
import { sql } from '#dist/cluster/relations.js';
import type { RunOptions } from '#dist/cluster/run.js';
import { type Answer, batch, type FakeOptions, FakeSpark, sparkError } from './support/fake-spark.js';
import { sessionOf } from './support/session-of.js';

const numbers = (value: number) => batch(tableFromArrays({ x: Int32Array.of(value) }));

async function* tenBatches(): AsyncGenerator<Answer> {
  for (let k = 0; k < 10; k++) yield numbers(k);
}

/** Each batch is on its way before the next one is made. */
async function* slowBatches(): AsyncGenerator<Answer> {
  for await (const answer of tenBatches()) {
    await sleep(10);
    yield answer;
  }
}

/** Answers once, and then works until it is interrupted. */
async function* endless(_: unknown, signal: AbortSignal): AsyncGenerator<Answer> {
  yield numbers(0);
  while (!signal.aborted) await sleep(2);
  throw new ConnectError('interrupted', Code.Canceled);
}

async function withCluster(
  options: FakeOptions,
  body: (cluster: Cluster, fake: FakeSpark) => Promise<void>,
  clusterOptions = {},
): Promise<void> {
  await using fake = await FakeSpark.start(options);
  await using cluster = await openCluster(fake.url, clusterOptions);
  await body(cluster, fake);
}

async function collect(cluster: Cluster, options?: RunOptions): Promise<number[]> {
  const found: number[] = [];
  for await (const bytes of sessionOf(cluster).execute(sql('select'), options)) {
    found.push(...((tableFromIPC(bytes) as Table).getChild('x') ?? []));
  }
  return found;
}

const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('a run on a cluster', () => {
  it('yields batches as they come', () =>
    withCluster({ script: tenBatches }, async (cluster, fake) => {
      assert.deepEqual(await collect(cluster), ten);
      assert.equal(fake.count('ReattachExecute'), 0);
    }));

  it('goes on where a stream ended without a word', () =>
    withCluster({ script: tenBatches, cutAfter: 3 }, async (cluster, fake) => {
      assert.deepEqual(await collect(cluster), ten);
      assert.equal(fake.count('ExecutePlan'), 1);
      assert.equal(fake.count('ReattachExecute'), 3);
    }));

  it('goes on where connections break', () =>
    withCluster({ script: slowBatches }, async (cluster, fake) => {
      const found = [];
      for await (const bytes of sessionOf(cluster).execute(sql('select'))) {
        found.push(tableFromIPC(bytes).getChild('x')?.get(0));
        if (found.length % 4 === 0) fake.breakConnections();
      }
      assert.deepEqual(found, ten);
      assert.equal(fake.count('ExecutePlan'), 1);
      assert.ok(fake.count('ReattachExecute') >= 1);
    }));

  it('begins again, as the same run, when the first request was lost', async () => {
    let isLost = true;
    const ids = new Set<string | undefined>();
    await withCluster(
      {
        handlers: {
          async *executePlan(request) {
            ids.add(request.operationId);
            if (isLost) {
              isLost = false;
              throw new ConnectError('lost', Code.Unavailable);
            }
            yield { responseId: 'a', responseType: numbers(7) };
            yield { responseId: 'b', responseType: { case: 'resultComplete', value: {} } };
          },
        },
      },
      async (cluster) => assert.deepEqual(await collect(cluster), [7]),
    );
    assert.equal(ids.size, 1);
  });

  it('is released when it is over', () =>
    withCluster({ script: tenBatches }, async (cluster, fake) => {
      await collect(cluster);
      await cluster.close();
      assert.deepEqual(
        [...fake.runs.values()].map(({ isReleased, isInterrupted }) => [isReleased, isInterrupted]),
        [[true, false]],
      );
      assert.equal(fake.count('ReleaseSession'), 1);
    }));

  it('reports stages and tasks', async () => {
    async function* script(): AsyncGenerator<Answer> {
      const stages = [
        { stageId: 1n, numTasks: 4n, numCompletedTasks: 4n, inputBytesRead: 100n, done: true },
        { stageId: 2n, numTasks: 2n, numCompletedTasks: 1n, inputBytesRead: 0n, done: false },
      ];
      yield { case: 'executionProgress', value: { stages, numInflightTasks: 1n } };
    }
    await withCluster({ script }, async (cluster) => {
      const reports: RunProgress[] = [];
      await collect(cluster, { onProgress: (report) => reports.push(report) });
      assert.deepEqual(reports.at(-1)?.tasks, { done: 5, total: 6, running: 1 });
      assert.deepEqual(reports.at(-1)?.stages[0], {
        id: 1,
        tasks: { done: 4, total: 4 },
        bytesRead: 100,
        isDone: true,
      });
    });
  });

  it('is interrupted by an abort, and leaves no listener', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error('enough')), 20);
      await assert.rejects(collect(cluster, { signal: abort.signal }), { code: 'ERR_ABORTED' });
      const [run] = fake.runs.values();
      assert.equal(run.isInterrupted, true);
      assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    }));

  it('does not begin after an abort', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      await assert.rejects(collect(cluster, { signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' });
      assert.equal(fake.count('ExecutePlan'), 0);
    }));

  it('is interrupted at any moment of its beginning', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      for (const delay of [0, 1, 2, 4, 8]) {
        const abort = new AbortController();
        const running = collect(cluster, { signal: abort.signal });
        setTimeout(() => abort.abort(), delay);
        await assert.rejects(running, { code: 'ERR_ABORTED' });
      }
      await cluster.close();
      for (const { isInterrupted, isReleased } of fake.runs.values()) assert.ok(isInterrupted || isReleased);
    }));

  it('is interrupted when nobody wants more of it', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      for await (const _ of sessionOf(cluster).execute(sql('select'))) break;
      const [run] = fake.runs.values();
      assert.equal(run.isInterrupted, true);
    }));

  it('is interrupted when its generator ends while somebody waits', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      const batches = sessionOf(cluster).execute(sql('select'));
      await batches.next();
      const waiting = batches.next();
      await batches.return();
      assert.deepEqual(await waiting, { done: true, value: undefined });
      const [run] = fake.runs.values();
      assert.equal(run.isInterrupted, true);
    }));

  it('has the tags that it is given', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      const running = collect(cluster, { tags: ['mine'] });
      while (fake.runs.size === 0) await sleep(1);
      await sessionOf(cluster).interrupt('mine');
      await assert.rejects(running, { code: 'ERR_CLUSTER', message: /cancelled on the cluster/ });
    }));

  it('is ended by close', () =>
    withCluster({ script: endless }, async (cluster, fake) => {
      const running = collect(cluster);
      const failing = assert.rejects(running, { code: 'ERR_ABORTED' });
      while (fake.runs.size === 0) await sleep(1);
      await cluster.close();
      await failing;
      assert.throws(() => sessionOf(cluster).execute(sql('select')), {
        code: 'ERR_CLUSTER',
        message: /was closed/,
      });
    }));

  it('fails with what Spark says, once', async () => {
    let attempts = 0;
    // biome-ignore lint/correctness/useYield: it fails before it has anything
    async function* script(): AsyncGenerator<Answer> {
      attempts++;
      throw sparkError('DIVIDE_BY_ZERO', 'Division by zero.\n== SQL ==\nselect\n', { sqlState: '22012' });
    }
    await withCluster({ script }, async (cluster, fake) => {
      await assert.rejects(collect(cluster), (error: Error & { code: string; cause: object }) => {
        assert.equal(error.code, 'ERR_CLUSTER');
        assert.equal(error.message, 'Spark fails with [DIVIDE_BY_ZERO] Division by zero.');
        const { errorClass, sqlState } = error.cause as SparkError;
        assert.deepEqual([errorClass, sqlState], ['DIVIDE_BY_ZERO', '22012']);
        return true;
      });
      assert.equal(fake.count('Interrupt'), 0);
    });
    assert.equal(attempts, 1);
  });

  it('fails with what to do where Spark tells of its own machinery', async () => {
    const task =
      'Job aborted due to stage failure: Task 1 in stage 2.0 failed 4 times, most recent failure: Lost task 1.3 in stage ' +
      '2.0 (TID 7) (host executor 1): ';
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        `${task}java.io.IOException: Cannot run program "python3.12": error=2, No such file\n\tat java.base/x(y)`,
        /^the executors of sc:\S+ cannot start python3\.12: install Python there, or set spark\.pyspark\.python to theirs$/,
      ],
      [
        'Job aborted due to stage failure: Total size of serialized results of 4 tasks (1150.1 MiB) is bigger than ' +
          'spark.driver.maxResultSize (1024.0 MiB)',
        /^the results are larger than spark\.driver\.maxResultSize.*cluster\.to\(path\).*\(1024\.0 MiB\)\)$/,
      ],
      [
        `${task}java.lang.X: no room\n\tat java.base/x(y)`,
        /^Spark fails with a task that fails: java\.lang\.X: no room$/,
      ],
    ];
    for (const [said, message] of cases) {
      // biome-ignore lint/correctness/useYield: it fails before it has anything
      async function* script(): AsyncGenerator<Answer> {
        const error = new ConnectError(said, Code.Internal);
        error.details.push(...sparkError('', '').details);
        throw error;
      }
      await withCluster({ script }, async (cluster) => {
        await assert.rejects(collect(cluster), { code: 'ERR_CLUSTER', message });
      });
    }
  });
});
