import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Cluster } from '#dist/cluster/index.js';
import { openCluster } from '#dist/cluster/open-cluster.js';
import type { AddArtifactsRequest } from '#dist/cluster/proto/spark_connect_pb.js';
import { type FakeOptions, FakeSpark } from './support/fake-spark.js';
import { sessionOf } from './support/session-of.js';

async function withCluster(options: FakeOptions, body: (cluster: Cluster, fake: FakeSpark) => Promise<void>) {
  await using fake = await FakeSpark.start(options);
  await using cluster = await openCluster(fake.url);
  await body(cluster, fake);
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) % 251);

describe('artifacts', () => {
  it('arrive whole, in pieces of 32 KB with their checksums', async () => {
    const requests: AddArtifactsRequest[] = [];
    const addArtifacts = async (given: AsyncIterable<AddArtifactsRequest>) => {
      for await (const request of given) requests.push(request);
      return { artifacts: [] };
    };
    await withCluster({ handlers: { addArtifacts } }, async (cluster) => {
      await sessionOf(cluster).addArtifacts([
        { name: 'files/empty', bytes: new Uint8Array() },
        { name: 'files/small', bytes: pattern(32 << 10) },
        { name: 'files/large', bytes: pattern((64 << 10) + 1) },
      ]);
    });
    const kinds = requests.map(({ payload }) => payload.case);
    assert.deepEqual(kinds, ['batch', 'batch', 'beginChunk', 'chunk', 'chunk']);
    const chunks = requests.flatMap(({ payload }) => {
      if (payload.case === 'batch') return payload.value.artifacts.map(({ data }) => data);
      if (payload.case === 'beginChunk') return [payload.value.initialChunk];
      return payload.case === 'chunk' ? [payload.value] : [];
    });
    for (const chunk of chunks) assert.equal(chunk?.crc, BigInt(crc32(chunk?.data ?? new Uint8Array())));
    assert.deepEqual(
      chunks.map((chunk) => chunk?.data.length),
      [0, 32 << 10, 32 << 10, 32 << 10, 1],
    );
    const head = requests[2].payload.value as { name: string; totalBytes: bigint; numChunks: bigint };
    assert.deepEqual([head.name, head.totalBytes, head.numChunks], ['files/large', 65537n, 3n]);
  });

  it('are sent once, by calls at a time too', () =>
    withCluster({}, async (cluster, fake) => {
      const artifact = { name: 'files/a', bytes: pattern(100_000) };
      const session = sessionOf(cluster);
      await Promise.all([session.addArtifacts([artifact]), session.addArtifacts([artifact])]);
      await session.addArtifacts([artifact]);
      assert.equal(fake.count('AddArtifacts'), 1);
      assert.deepEqual(fake.artifacts.get('files/a'), Buffer.from(artifact.bytes));
    }));

  it('of the cache are not sent if the server has them', () =>
    withCluster({}, async (cluster, fake) => {
      fake.artifacts.set('cache/known', Buffer.alloc(1));
      await sessionOf(cluster).addArtifacts([
        { name: 'cache/known', bytes: pattern(10) },
        { name: 'cache/fresh', bytes: pattern(10) },
      ]);
      assert.equal(fake.artifacts.get('cache/known')?.length, 1);
      assert.equal(fake.artifacts.get('cache/fresh')?.length, 10);
    }));

  it('are sent again after a connection broke, and after a failure', async () => {
    let attempts = 0;
    const addArtifacts = async (given: AsyncIterable<AddArtifactsRequest>) => {
      for await (const _ of given);
      if (++attempts === 1) throw new ConnectError('lost', Code.Unavailable);
      if (attempts === 2) throw new ConnectError('no', Code.FailedPrecondition);
      return { artifacts: [{ name: 'files/a', isCrcSuccessful: true }] };
    };
    await withCluster({ handlers: { addArtifacts } }, async (cluster) => {
      const artifacts = [{ name: 'files/a', bytes: pattern(10) }];
      await assert.rejects(sessionOf(cluster).addArtifacts(artifacts), {
        code: 'ERR_CLUSTER',
        message: /no$/,
      });
      await sessionOf(cluster).addArtifacts(artifacts);
    });
    assert.equal(attempts, 3);
  });

  it('that arrive damaged are ERR_CLUSTER', async () => {
    const addArtifacts = async (given: AsyncIterable<AddArtifactsRequest>) => {
      for await (const _ of given);
      return { artifacts: [{ name: 'files/a', isCrcSuccessful: false }] };
    };
    await withCluster({ handlers: { addArtifacts } }, (cluster) =>
      assert.rejects(sessionOf(cluster).addArtifacts([{ name: 'files/a', bytes: pattern(10) }]), {
        code: 'ERR_CLUSTER',
        message: /files\/a arrived damaged/,
      }),
    );
  });

  it('of an aborted call are sent by the other that waits for them', async () => {
    let attempts = 0;
    let letGo = () => {};
    const addArtifacts = async (given: AsyncIterable<AddArtifactsRequest>) => {
      for await (const _ of given);
      if (++attempts === 1) await new Promise<void>((resolve) => (letGo = resolve));
      return { artifacts: [{ name: 'files/a', isCrcSuccessful: true }] };
    };
    await withCluster({ handlers: { addArtifacts } }, async (cluster) => {
      const artifacts = [{ name: 'files/a', bytes: pattern(10) }];
      const abort = new AbortController();
      const first = sessionOf(cluster).addArtifacts(artifacts, { signal: abort.signal });
      const second = sessionOf(cluster).addArtifacts(artifacts);
      setTimeout(() => abort.abort(), 20);
      await assert.rejects(first, { code: 'ERR_ABORTED' });
      await second;
      letGo();
    });
    assert.equal(attempts, 2);
  });
});
