import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Float64, Table, tableFromIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby, mapBatches, transformParallel } from 'apply-parallel';
import { type Cluster, type RemoteFrame, spark, type ToOptions } from 'apply-parallel/spark';
import type {
  AnalyzePlanResponseSchema,
  ExecutePlanRequest,
  Relation,
  WriteOperation,
} from '#dist/cluster/proto/spark_connect_pb.js';
import addon from '../groups/cluster/support/with-addon.cjs';
import { type Answer, FakeSpark, sparkError } from './support/fake-spark.js';

/** A frame without groups: the fake server runs nothing. */
const nothing = new Table({
  k: vectorFromArray([], new Utf8()),
  x: vectorFromArray([], new Float64()),
});
const rows = (k: number) => new Table({ k: vectorFromArray(['a', 'b'].slice(0, k), new Utf8()) });

/** What a plan reads: the paths and the format of files, if it reads any. */
function readBy(relation: Relation | undefined) {
  const { relType } = relation ?? {};
  if (relType?.case !== 'read' || relType.value.readType.case !== 'dataSource') return undefined;
  const { format, paths } = relType.value.readType.value;
  return { format, path: paths[0] };
}

async function withFake(
  body: (cluster: Cluster, written: readonly WriteOperation[]) => Promise<void>,
  { taken = [] as readonly string[], formats = ['parquet', 'csv'] as readonly string[] } = {},
): Promise<void> {
  const written: WriteOperation[] = [];
  /** Notes what is to be written, and answers nothing. */
  async function* script({ plan }: ExecutePlanRequest): AsyncGenerator<Answer> {
    const command = plan?.opType.case === 'command' ? plan.opType.value.commandType : undefined;
    if (command?.case === 'writeOperation') written.push(command.value);
    yield* [];
  }
  await using fake = await FakeSpark.start({
    script,
    handlers: {
      analyzePlan: ({ analyze }): MessageInitShape<typeof AnalyzePlanResponseSchema> => {
        if (analyze.case === 'sparkVersion') {
          return { result: { case: 'sparkVersion', value: { version: '4.3.0' } } };
        }
        if (analyze.case === 'persist' || analyze.case === 'unpersist') return {};
        const { opType } = (analyze.case === 'schema' && analyze.value.plan) || {};
        const found = readBy(opType?.case === 'root' ? opType.value : undefined);
        if (found?.format !== 'binaryFile' && !formats.includes(found?.format ?? 'parquet')) {
          throw sparkError('DATA_SOURCE_NOT_FOUND', `Failed to find the data source: ${found?.format}.`);
        }
        if (!taken.includes(found?.path ?? '')) throw sparkError('PATH_NOT_FOUND', 'Path does not exist.');
        const kind = { case: 'struct' as const, value: { fields: [] } };
        return { result: { case: 'schema', value: { schema: { kind } } } };
      },
    },
  });
  await using cluster = await spark(fake.url);
  await body(cluster, written);
}

describe('a place to write to on a cluster', () => {
  it('is checked when it is named', () =>
    withFake(async (cluster) => {
      const cases: [unknown, object, RegExp][] = [
        ['', {}, /cluster\.to: expected the path of a folder, got ''/],
        [7, {}, /expected the path of a folder, got 7/],
        ['/out/*', {}, /has no wildcards/],
        ['/out', { format: 'parqet' }, /no format 'parqet'; did you mean 'parquet'\?/],
        ['/out', { mode: 'overwrit' }, /mode must be .*, got 'overwrit'; did you mean 'overwrite'\?/],
        ['/out', { mode: 'toString' }, /mode must be 'error', 'append'/],
        ['/out', { partitionBy: ['a', 'a'] }, /names the column 'a' twice/],
        ['/out', { partitionBy: [1] }, /partitionBy must be/],
        ['/out', { options: { header: [] } }, /options must be/],
        ['/out', { modes: 'append' }, /did you mean 'mode'\?/],
      ];
      for (const [path, how, message] of cases) {
        assert.throws(() => cluster.to(path as string, how as ToOptions), {
          code: 'ERR_INVALID_OPTION',
          message,
        });
      }
      assert.match(inspect(cluster.to('/out')), /^ClusterTarget \{[\s\S]*'\/out'/);
    }));

  it('gets what Spark is told to write, and the call resolves to it', () =>
    withFake(async (cluster, written) => {
      const to = cluster.to('/out', { format: 'csv', partitionBy: 'k', options: { header: true } });
      const frame: RemoteFrame = await applyParallel(groupby(nothing, 'k'), (g) => g, {
        backend: cluster,
        to,
      });
      assert.equal(frame.cluster, cluster);
      const [{ source, saveType, mode, partitioningColumns, options, input }] = written;
      assert.deepEqual(
        { source, saveType, mode, partitioningColumns, options },
        {
          source: 'csv',
          saveType: { case: 'path', value: '/out' },
          mode: 3,
          partitioningColumns: ['k'],
          options: { header: 'true' },
        },
      );
      const relType = input?.relType;
      assert.ok(relType?.case === 'localRelation' && relType.value.data);
      assert.deepEqual(tableFromIPC(relType.value.data).schema.names, ['k', 'x']);
    }));

  it('that is taken is left, unless the mode is another; what is there is not asked for without need', () =>
    withFake(
      async (cluster, written) => {
        const write = (how: ToOptions) =>
          applyParallel(groupby(nothing, 'k'), (g) => g, { backend: cluster, to: cluster.to('/out', how) });
        await assert.rejects(write({}), { code: 'ERR_CLUSTER', message: /\/out exists/ });
        await write({ mode: 'ignore' });
        assert.equal(written.length, 0);
        await write({ mode: 'append' });
        await write({ mode: 'overwrite' });
        assert.deepEqual(
          written.map(({ mode }) => mode),
          [1, 2],
        );
        await assert.rejects(write({ format: 'lance', mode: 'append' }), {
          code: 'ERR_CLUSTER',
          message: /DATA_SOURCE_NOT_FOUND/,
        });
        await assert.rejects(write({ partitionBy: 'kk', mode: 'append' }), { message: /no column 'kk'/ });
      },
      { taken: ['/out'] },
    ));

  it('is for results that are made on the same cluster, by applyParallel', () =>
    withFake(async (cluster) => {
      await using other = await spark(cluster.url);
      const to = cluster.to('/out');
      const refused = (call: () => unknown, message: RegExp) =>
        assert.rejects(async () => call(), { code: 'ERR_INVALID_OPTION', message });
      const groups = groupby(rows(2), 'k');
      await refused(() => applyParallel(groups, (g) => g, { to }), /pass backend: cluster too/);
      await refused(() => applyParallel(groups, (g) => g, { to, backend: other }), /of another cluster/);
      await refused(
        () => applyParallel(groups, (g) => g, { to, backend: cluster, output: 'records' } as never),
        /leave one of them out/,
      );
      await refused(
        () => applyParallel(groups, (g) => g, { to, backend: cluster, returnAs: 'generator' } as never),
        /leave one of them out/,
      );
      const options = { to, backend: cluster } as never;
      await refused(() => transformParallel(groups, (g) => g, options), /is for applyParallel/);
      await refused(() => mapBatches(rows(2), (g) => g, options), /is for applyParallel/);
    }));
});

describe('a function that imports a native addon', () => {
  it('is refused by the name of the addon', () =>
    withFake(async (cluster) => {
      await assert.rejects(
        applyParallel(groupby(rows(2), 'k'), () => ({ x: [addon.load === undefined] }), { backend: cluster }),
        { code: 'ERR_UNSHIPPABLE', message: /native addon, \.\/native\.node.*modules: 'installed'/ },
      );
    }));
});
