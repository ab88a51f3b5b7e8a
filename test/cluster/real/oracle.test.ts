// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { type AnyTable, applyParallel, groupby } from 'apply-parallel';
import { type Cluster, spark } from 'apply-parallel/spark';
import type { OracleCase } from '../../oracle/case.js';
import { drawCase } from '../../oracle/draw-case.js';
import { functions } from '../../oracle/functions.js';
import { cellsOf, chunksOf, typeName } from '../../support/cells.js';
import { noSpark, type SparkServer, startSpark } from './support/spark-server.js';

/*
 * The random cases that are compared with pandas elsewhere, here and on a cluster: both must give the same frame, or
 * the same error. `CLUSTER_CASES=1000 CLUSTER_SEED=5` runs others.
 */

const CASES = Number(process.env.CLUSTER_CASES ?? 300);
const SEED = Number(process.env.CLUSTER_SEED ?? Date.now() % 1e6);
/** Calls at once: the server and this process work at the same time. */
const AT_ONCE = 4;

describe(`${CASES} random cases on a cluster, seed ${SEED}`, { skip: noSpark }, () => {
  let server: SparkServer;
  let cluster: Cluster;
  before(async () => {
    server = await startSpark();
    cluster = await spark(server.url);
  });
  after(async () => {
    await cluster?.close();
    await server?.stop();
  });

  it('give what they give here', async () => {
    let next = 0;
    const work = async () => {
      while (next < CASES) {
        const seed = (SEED * 1_000_003 + next++) % 2 ** 31;
        const drawn = drawCase(seed);
        const [here, there] = await Promise.all([outcome(drawn), outcome(drawn, cluster)]);
        assert.deepEqual(there, here, `case ${seed}, ${drawn.spec.function}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
});

/** Returns what a case gives, as plain values: types and cells, or the code of its error. */
async function outcome({ input, spec }: OracleCase, cluster?: Cluster): Promise<unknown> {
  const { columns, same } = functions[spec.function];
  const { params } = spec;
  const grouped = groupby(tableFromIPC(input), spec.by, spec.options);
  const how = cluster ? { backend: cluster } : ({ backend: 'inline' } as const);
  try {
    const out: AnyTable =
      spec.form === 'columns' && columns
        ? await applyParallel(grouped, (group) => columns(group, params as never), {
            ...how,
            input: 'columns',
            output: 'arrow',
          })
        : await applyParallel(grouped, (group) => same?.(group, params as never) ?? null, how);
    return out.schema.fields.map((field, k) => [
      `${field.name}: ${typeName(field.type)}`,
      cellsOf(chunksOf(out, k)),
    ]);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
