import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { groupby } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { FakeSpark } from './support/fake-spark.js';

const TOKEN = 'geheim-1234567890';
const SECRET = 'v3ry/s3cret';

describe('a remote frame that is printed', () => {
  it('shows its source', async () => {
    await using fake = await FakeSpark.start();
    await using cluster = await spark(fake.url);
    const { url } = cluster;
    assert.equal(
      inspect(cluster.read('/data/*.csv'), { breakLength: 200 }),
      `RemoteFrame { read: '/data/*.csv', format: 'csv', cluster: '${url}' }`,
    );
    assert.equal(
      inspect(cluster.read(['/a', '/b']), { breakLength: 200 }),
      `RemoteFrame { read: [ '/a', '/b' ], cluster: '${url}' }`,
    );
    assert.equal(
      inspect(groupby(cluster.table('main.sales'), 'shop'), { breakLength: 200 }),
      `RemoteGroupBy { by: [ 'shop' ], frame: RemoteFrame { table: 'main.sales', cluster: '${url}' } }`,
    );
    const long = inspect(cluster.sql(`select 1,\n\t ${'x, '.repeat(500)}`), { breakLength: 200 });
    assert.match(long, /^RemoteFrame \{ sql: 'select 1, x, x, .*…', cluster: /);
    assert.ok(long.length < 200, long);
  });

  it('shows no token, password or key', async () => {
    await using fake = await FakeSpark.start({ token: TOKEN });
    await using cluster = await spark(fake.url, { token: TOKEN });
    for (const frame of [
      cluster.read(`/data/${TOKEN}/x`),
      cluster.read(`s3a://AKIA:${SECRET}@bucket/x.csv`),
      cluster.read(`https://host/x.csv?sig=${SECRET}&sv=1`),
      cluster.sql(`select '${TOKEN}'`),
      cluster.sql(`create table t using jdbc options (url 'x', password '${SECRET}')`),
      cluster.sql(`select * from read_files('x', fs_secret_key => "${SECRET}")`),
      cluster.sql(`select 1 where api_key = '${SECRET}`.concat("'")),
      cluster.read('x', { format: 'jdbc', options: { password: SECRET } }),
    ]) {
      const shown = inspect(frame, { depth: 9, showHidden: true });
      assert.ok(!shown.includes(TOKEN) && !shown.includes(SECRET), shown);
    }
    const container = cluster.read('abfss://sales@account.dfs.core.windows.net/x');
    assert.match(inspect(container), /sales@account/);
  });
});
