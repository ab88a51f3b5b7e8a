import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, ConnectError } from '@connectrpc/connect';
import { openCluster } from '#dist/cluster/open-cluster.js';
import { FakeSpark, sparkError } from './support/fake-spark.js';
import { sessionOf } from './support/session-of.js';

/** Asks a server for a setting that answers like this, once the session is open. */
async function settingsOf(answer: () => never) {
  let isOpen = false;
  const config = () => {
    if (isOpen) answer();
    return { pairs: [] };
  };
  await using fake = await FakeSpark.start({ handlers: { config } });
  await using cluster = await openCluster(fake.url);
  isOpen = true;
  return await sessionOf(cluster).getConfig('spark.driver.maxResultSize');
}

describe('settings of a session', () => {
  it('that the server keeps to itself are undefined', async () => {
    const settings = await settingsOf(() => {
      throw sparkError('CONFIG_NOT_AVAILABLE', 'Configuration spark.driver.maxResultSize is not available.');
    });
    assert.equal(settings['spark.driver.maxResultSize'], undefined);
  });

  it('fail with what keeps the server from answering', () =>
    assert.rejects(
      settingsOf(() => {
        throw new ConnectError('who are you', Code.Unauthenticated);
      }),
      { code: 'ERR_CLUSTER' },
    ));
});
