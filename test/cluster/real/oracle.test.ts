// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type DataType,
  Int32,
  Table,
  type Timestamp,
  TimeUnit,
  Type,
  tableFromIPC,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { type AnyTable, applyParallel, dump, type GroupBy, groupby } from 'apply-parallel';
import { type Cluster, type RemoteFrame, spark } from 'apply-parallel/spark';
import type { CaseSpec } from '../../oracle/case.js';
import { drawCase } from '../../oracle/draw-case.js';
import { functions } from '../../oracle/functions.js';
import { cellsOf, chunksOf, typeName } from '../../support/cells.js';
import { sessionOf } from '../support/session-of.js';
import { noSpark, type SparkServer, startSpark } from './support/spark-server.js';

/*
 * The random cases that are compared with pandas elsewhere, here and on a cluster: both must give the same
 * frame, or the same error. `CLUSTER_CASES=1000 CLUSTER_SEED=5` runs others.
 */

const CASES = Number(process.env.CLUSTER_CASES ?? 300);
const SEED = Number(process.env.CLUSTER_SEED ?? Date.now() % 1e6);
/** Of three cases, one is of a remote frame, which takes Spark longer. */
const REMOTE_CASES = Math.ceil(CASES / 3);
/** Calls at once: the server and this process work at the same time. */
const AT_ONCE = 4;

describe(`${CASES} random cases on a cluster, seed ${SEED}`, { skip: noSpark, timeout: 1_200_000 }, () => {
  let server: SparkServer;
  let cluster: Cluster;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apply-parallel-oracle-'));
    server = await startSpark({ conf: { 'spark.sql.session.timeZone': 'UTC' } });
    cluster = await spark(server.url);
  });
  after(async () => {
    await cluster?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('of frames that are here give what they give here', async () => {
    await runCases(CASES - REMOTE_CASES, async (seed) => {
      const { input, spec } = drawCase(seed);
      const grouped = groupby(tableFromIPC(input), spec.by, spec.options);
      const errors: string[] = [];
      const [here, there] = await Promise.all([
        outcome(grouped, spec, { backend: 'inline' }, errors),
        outcome(grouped, spec, { backend: cluster }, errors),
      ]);
      assert.deepEqual(there, here, [`case ${seed}, ${spec.function}`, ...errors].join('\n'));
    });
  });

  it('of remote frames give what the same rows give here', async () => {
    await runCases(REMOTE_CASES, async (seed) => {
      const { input, spec } = drawCase(seed);
      const table = numbered(tableFromIPC(input));
      if (spec.by.some((name) => table.getChild(name) === null)) return;
      const path = join(folder, `${seed}.parquet`);
      await dump(table, path);
      const remote = cluster.read(path);
      const rows = await collect(cluster, remote);
      // Rows on a cluster have no order in which groups could appear, and no categories.
      const { dropna } = spec.options;
      const how = { orderBy: 'row', nJobs: showsNulls(rows, spec) ? 1 : undefined };
      const errors: string[] = [];
      const [here, there] = await Promise.all([
        outcome(groupby(rows, spec.by, { dropna }), spec, { backend: 'inline' }, errors),
        outcome(groupby(remote, spec.by, { dropna }), spec, how, errors),
      ]);
      await rm(path);
      assert.deepEqual(there, here, [`case ${seed}, ${spec.function}`, ...errors].join('\n'));
    });
  });
});

async function runCases(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await run((SEED * 1_000_003 + next++) % 2 ** 31);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/**
 * Returns a table without the columns that Spark cannot read from a Parquet file, and with the numbers of its
 * rows.
 */
function numbered(table: Table): Table {
  const kept = table.schema.fields.filter(({ type }) => isReadBySpark(type));
  const columns = Object.fromEntries(kept.map(({ name }) => [name, table.getChild(name)]));
  const row = vectorFromArray(
    Array.from({ length: table.numRows }, (_, k) => k),
    new Int32(),
  );
  return new Table({ ...columns, row } as { readonly [name: string]: Vector });
}

function isReadBySpark(type: DataType): boolean {
  switch (type.typeId) {
    case Type.Float:
      return String(type) !== 'Float16';
    case Type.Timestamp:
      // Milliseconds may be more than Spark's microseconds can hold.
      return (type as Timestamp).unit === TimeUnit.MICROSECOND;
    case Type.Time:
    case Type.Interval:
    // Spark refuses the drawn values, which have more digits than their type.
    case Type.Decimal:
    case Type.Null:
      return false;
    case Type.Dictionary:
      return isReadBySpark((type as unknown as { dictionary: DataType }).dictionary);
    default:
      return (type.children ?? []).every(({ type }) => isReadBySpark(type));
  }
}

/**
 * Tells whether a function sees in the form of a column whether the rows of its task have nulls: columns of
 * integers are of other numbers then.
 */
const showsNulls = ({ schema, batches }: Table, { form }: CaseSpec): boolean =>
  form === 'columns' &&
  schema.fields.some(
    ({ type }, k) => type.typeId === Type.Int && batches.some(({ data }) => data.children[k].nullCount > 0),
  );

/** Returns the rows of a remote frame as Spark has them. */
async function collect(cluster: Cluster, frame: RemoteFrame): Promise<Table> {
  const { relation } = frame as unknown as {
    relation: Parameters<ReturnType<typeof sessionOf>['execute']>[0];
  };
  const tables: Table[] = [];
  for await (const bytes of sessionOf(cluster as never).execute(relation)) tables.push(tableFromIPC(bytes));
  const [first, ...others] = tables;
  return first ? first.concat(...others) : new Table(await frame.schema());
}

/** Returns types and cells of what a case gives, or the code of its error, whose text goes to `errors`. */
async function outcome(given: object, spec: CaseSpec, how: object, errors: string[]): Promise<unknown> {
  const { columns, same } = functions[spec.function];
  const { params } = spec;
  const groups = given as GroupBy<AnyTable>;
  try {
    const out: AnyTable =
      spec.form === 'columns' && columns
        ? await applyParallel(groups, (group) => columns(group, params as never), {
            ...how,
            input: 'columns',
            output: 'arrow',
          })
        : await applyParallel(groups, (group) => same?.(group, params as never) ?? null, how);
    return out.schema.fields.map((field, k) => [
      `${field.name}: ${typeName(field.type)}`,
      cellsOf(chunksOf(out, k)),
    ]);
  } catch (error) {
    errors.push(String((error as Error).stack));
    return (error as { code?: string }).code ?? String(error);
  }
}
