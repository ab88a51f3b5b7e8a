// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromArrays } from 'apache-arrow';
import { openCluster } from '#dist/cluster/open-cluster.js';
import type { AnalyzePlanRequest } from '#dist/cluster/proto/index.js';
import { sql } from '#dist/cluster/relations.js';
import { type Answer, batch, type FakeOptions, FakeSpark } from './support/fake-spark.js';
import { sessionOf } from './support/session-of.js';

/** Milliseconds: as short as a busy machine allows. */
const answerTimeout = 1500;
const never = () => new Promise<never>(() => {});

/** Opens a cluster whose time is short, after one whose first call loads what it needs. */
async function openSoon(fake: FakeSpark) {
  await (await openCluster(fake.url)).close();
  return openCluster(fake.url, { answerTimeout });
}

async function run(
  options: FakeOptions,
  check: (fake: FakeSpark, batches: Promise<number>) => Promise<void>,
) {
  await using fake = await FakeSpark.start(options);
  const cluster = await openSoon(fake);
  const count = async () => {
    let batches = 0;
    for await (const _ of sessionOf(cluster).execute(sql('select'))) batches++;
    return batches;
  };
  const running = count();
  running.catch(() => undefined);
  await check(fake, running);
  await cluster.close();
}

describe('a silent server', () => {
  it('is asked whether it is there, and a long task may go on', async () => {
    async function* script(): AsyncGenerator<Answer> {
      await sleep(answerTimeout * 4.5);
      yield batch(tableFromArrays({ x: Int32Array.of(1) }));
    }
    await run({ script }, async (fake, batches) => {
      assert.equal(await batches, 1);
      assert.ok(fake.count('Config') >= 2);
      // A stream that stays silent is opened anew; the run is one.
      assert.ok(fake.count('ReattachExecute') >= 1);
      assert.equal(fake.count('ExecutePlan'), 1);
    });
  });

  it('that answers nothing more is ERR_CLUSTER', async () => {
    async function* script(): AsyncGenerator<Answer> {
      yield batch(tableFromArrays({ x: Int32Array.of(1) }));
      await never();
    }
    await run({ script, handlers: { config: never, interrupt: never } }, async (_, batches) => {
      await assert.rejects(batches, {
        code: 'ERR_CLUSTER',
        message: /has answered nothing for .* s; .*memory/,
      });
    });
  });

  it('may think about a plan for any time while it answers others', async () => {
    const schema = {
      kind: {
        case: 'struct' as const,
        value: {
          fields: [{ name: 'x', dataType: { kind: { case: 'long' as const, value: {} } }, nullable: true }],
        },
      },
    };
    const analyzePlan = async ({ analyze }: AnalyzePlanRequest) => {
      if (analyze.case === 'sparkVersion')
        return { result: { case: 'sparkVersion' as const, value: { version: '4.0.0' } } };
      await sleep(answerTimeout * 1.5);
      return { result: { case: 'schema' as const, value: { schema } } };
    };
    await using fake = await FakeSpark.start({ handlers: { analyzePlan } });
    await using cluster = await openSoon(fake);
    assert.equal(String((await cluster.table('x').schema()).fields[0]), 'x: Int64');
    assert.ok(fake.count('Config') >= 1);
  });
});

describe('a server that answers nothing but its version', () => {
  const handlers = {
    analyzePlan: async ({ analyze }: AnalyzePlanRequest) =>
      analyze.case === 'sparkVersion'
        ? { result: { case: 'sparkVersion' as const, value: { version: '4.0.0' } } }
        : never(),
    addArtifacts: never,
    artifactStatus: never,
    config: never,
    interrupt: never,
    releaseSession: never,
  };

  it('fails questions and files, and lets the program end', async () => {
    await using fake = await FakeSpark.start({ handlers });
    const code = `
      import { spark } from 'apply-parallel/spark';
      const cluster = await spark('${fake.url}', { answerTimeout: ${answerTimeout} });
      await cluster.table('x').schema().catch(({ code, message }) => console.log(code, message));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 120_000,
    });
    let printed = '';
    child.stdout.on('data', (text) => {
      printed += text;
    });
    const [status, signal] = await once(child, 'close');
    assert.match(printed, /^ERR_CLUSTER .* has answered nothing for \d+ s/);
    assert.deepEqual([status, signal], [0, null], 'the program did not end in 120 s');
  });

  it('fails an upload as soon as it is known to be silent', async () => {
    await using fake = await FakeSpark.start({ handlers });
    const cluster = await openSoon(fake);
    const sending = sessionOf(cluster).addArtifacts([{ name: 'files/x', bytes: new Uint8Array(9e6) }]);
    const failing = assert.rejects(sending, { code: 'ERR_CLUSTER', message: /has answered nothing/ });
    // A minute and a half would be the time that so many bytes may take.
    await Promise.race([
      failing,
      sleep(80_000, undefined, { ref: false }).then(() => assert.fail('it waits for the bytes')),
    ]);
    await cluster.close();
  });

  it('is asked no more by a call when the cluster is closed', async () => {
    await using fake = await FakeSpark.start({ handlers });
    await (await openCluster(fake.url)).close();
    const cluster = await openCluster(fake.url);
    const asking = cluster.table('x').schema();
    const failing = assert.rejects(asking, { code: 'ERR_ABORTED' });
    while (fake.count('AnalyzePlan') < 3) await sleep(20);
    await cluster.close();
    await failing;
    const asked = fake.calls.length;
    await sleep(1000);
    assert.equal(fake.calls.length, asked);
    await assert.rejects(cluster.table('x').schema(), { code: 'ERR_CLUSTER', message: /was closed/ });
  });
});

describe('a server that was restarted', () => {
  it('no longer knows the session', async () => {
    const { sparkError } = await import('./support/fake-spark.js');
    async function* script(): AsyncGenerator<Answer> {
      yield batch(tableFromArrays({ x: Int32Array.of(1) }));
      throw sparkError(
        'INVALID_HANDLE.SESSION_CHANGED',
        'The existing Spark server driver instance has restarted.',
      );
    }
    await run({ script }, async (_, batches) => {
      await assert.rejects(batches, {
        code: 'ERR_CLUSTER',
        message: /no longer knows the session.*connect again/,
      });
    });
  });

  it('is told which server it was', async () => {
    await run({}, async (fake, batches) => {
      await batches;
      const named = fake.calls.filter(({ message }) => {
        const { clientObservedServerSideSessionId } = (message ?? {}) as { [name: string]: unknown };
        return clientObservedServerSideSessionId === 'server-side';
      });
      assert.ok(named.length > 0);
    });
  });
});
