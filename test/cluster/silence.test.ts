// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
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
