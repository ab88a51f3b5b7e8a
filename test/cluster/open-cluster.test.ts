import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Code, ConnectError } from '@connectrpc/connect';
import { ApplyError } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { tls } from './support/certificate.js';
import { FakeSpark } from './support/fake-spark.js';

const TOKEN = 'geheim-1234567890';

const fails = (opening: Promise<unknown>, message: RegExp) =>
  assert.rejects(opening, (error: Error & { code: string }) => {
    assert.equal(error.code, 'ERR_CLUSTER', inspect(error));
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(TOKEN), 'it shows the token');
    return true;
  });

describe('spark(url)', () => {
  it('opens a session and shows nothing of it but its address and version', async () => {
    await using fake = await FakeSpark.start({ token: TOKEN, version: '4.1.2' });
    await using cluster = await spark(`${fake.url}/;token=${TOKEN};x-key=${TOKEN}`);
    assert.equal(cluster.url, fake.url);
    assert.equal(cluster.version, '4.1.2');
    const frame = cluster.table('sales');
    for (const value of [cluster, frame]) {
      const shown = inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value);
      assert.ok(!shown.includes(TOKEN), shown);
      assert.ok(shown.length < 600, shown);
    }
    assert.equal(fake.calls[0].headers.get('x-key'), TOKEN);
  });

  it('has the token of the options, and a user', async () => {
    await using fake = await FakeSpark.start({ token: TOKEN });
    await using _cluster = await spark(`${fake.url}/;user_id=ann`, { token: TOKEN });
    assert.equal((fake.calls[0].message as { userContext: { userId: string } }).userContext.userId, 'ann');
  });

  it('tells a wrong token from a missing one', async () => {
    await using fake = await FakeSpark.start({ token: 'another' });
    await fails(spark(fake.url, { token: TOKEN }), /refuses the token/);
    await fails(spark(fake.url), /asks for a token: add ;token=/);
  });

  it('hides a token that the server repeats', async () => {
    const handlers = {
      analyzePlan: () => {
        throw new ConnectError(`I know ${TOKEN}`, Code.Internal);
      },
    };
    await using fake = await FakeSpark.start({ handlers });
    await fails(spark(fake.url, { token: TOKEN }), /failed with Internal: I know \*\*\*/);
  });

  it('refuses an old server, and one that does not say how old it is', async () => {
    await using old = await FakeSpark.start({ version: '3.5.1' });
    await fails(spark(old.url), /runs Spark 3\.5\.1; Spark 4\.0 or newer is needed/);
    await using odd = await FakeSpark.start({ version: 'latest' });
    await fails(spark(odd.url), /does not say which version/);
  });

  it('speaks TLS with a server whose authority is given, and with no other', async () => {
    await using fake = await FakeSpark.start({ tls, token: TOKEN });
    const url = `${fake.url}/;use_ssl=true`;
    await using cluster = await spark(url, { token: TOKEN, tls: { ca: tls.cert } });
    assert.equal(cluster.version, '4.3.0');
    await fails(
      spark(url, { token: TOKEN }),
      /certificate of .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*tls: \{ ca \}/,
    );
    const other = { ca: tls.cert, servername: 'another.example' };
    await fails(spark(url, { token: TOKEN, tls: other }), /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
  });

  it('says which side speaks TLS', async () => {
    await using plain = await FakeSpark.start();
    await fails(spark(`${plain.url}/;use_ssl=true`), /does not speak TLS/);
    await using secure = await FakeSpark.start({ tls });
    await fails(spark(secure.url), /add ;use_ssl=true if it wants TLS/);
  });

  it('says that nothing listens, or that there is no such host', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await fails(spark(`sc://127.0.0.1:${port}`), /cannot reach .*nothing listens there/);
    await fails(spark('sc://nowhere.invalid'), /cannot reach .*no host of this name/);
  });

  it('says that another kind of server listens', async () => {
    const server = createHttpServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await fails(
        spark(`sc://127.0.0.1:${(server.address() as AddressInfo).port}`),
        /no Spark Connect server|closed the connection/,
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('gives up on a server that does not answer', async () => {
    const handlers = { analyzePlan: () => new Promise<never>(() => {}) };
    await using fake = await FakeSpark.start({ handlers });
    await fails(spark(fake.url, { answerTimeout: 100 }), /no answer in time/);
  });

  it('ends at an abort', async () => {
    const handlers = { analyzePlan: () => new Promise<never>(() => {}) };
    await using fake = await FakeSpark.start({ handlers });
    const opening = spark(fake.url, { signal: AbortSignal.timeout(50) });
    await assert.rejects(opening, { code: 'ERR_ABORTED' });
  });

  it('checks its options, and does not show what stands in the place of a token', async () => {
    await assert.rejects(
      spark('sc://h', { tokn: 'x' } as object),
      /no option 'tokn'; did you mean 'token'\?/,
    );
    await assert.rejects(spark('sc://h', { answerTimeout: 0 }), /answerTimeout must be/);
    await assert.rejects(spark('sc://h', { token: [TOKEN] } as object), (error: Error) => {
      assert.ok(error instanceof ApplyError && error.code === 'ERR_INVALID_OPTION');
      return !inspect(error).includes(TOKEN);
    });
  });

  it('lets the program end while the cluster is open', async () => {
    await using fake = await FakeSpark.start();
    const code = `import { spark } from 'apply-parallel/spark'; await spark('${fake.url}'); console.log('open');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
    let printed = '';
    child.stdout.on('data', (text) => {
      printed += text;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([status, printed], [0, 'open\n']);
  });
});

describe('a cluster', () => {
  it('checks what it is asked to read', async () => {
    await using fake = await FakeSpark.start();
    await using cluster = await spark(fake.url);
    assert.throws(() => cluster.read([]), { code: 'ERR_INVALID_OPTION', message: /expected a path/ });
    assert.throws(() => cluster.read(7 as never), /expected a path/);
    assert.throws(() => cluster.read('x', { formt: 'csv' } as object), /did you mean 'format'/);
    assert.throws(() => cluster.read('x', { options: { a: [] } } as object), /options must be/);
    assert.throws(() => cluster.table(''), /name of a table/);
    assert.throws(() => cluster.sql(' '), /expected a query/);
    await assert.rejects(cluster.table('x').schema(), {
      code: 'ERR_CLUSTER',
      message: 'Spark fails with [TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found.',
    });
  });

  it('is closed once, and then refuses calls', async () => {
    await using fake = await FakeSpark.start();
    const cluster = await spark(fake.url);
    await Promise.all([cluster.close(), cluster.close()]);
    await cluster.close();
    assert.equal(fake.count('ReleaseSession'), 1);
    await assert.rejects(cluster.table('x').schema(), { code: 'ERR_CLUSTER', message: /was closed/ });
  });
});
