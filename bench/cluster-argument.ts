/**
 * Measures calls on a Spark cluster whose function has a large table as argument: the first call of a session
 * sends it, and the calls after that do not.
 *
 *   APPLY_PARALLEL_SPARK=PYTHON node --import tsx bench/cluster-argument.ts [megabytes] [groups]
 *
 * PYTHON has pyspark[connect]. The program starts a server of its own and ends it.
 */
import { tableFromArrays } from 'apache-arrow';
import { applyParallel, groupby, partial, shutdown } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { startSpark } from '../test/cluster/real/support/spark-server.js';

const megabytes = Number(process.argv[2] ?? 20);
const groups = Number(process.argv[3] ?? 200);
const length = (megabytes * 1e6) / 16;

await using server = await startSpark();
await using cluster = await spark(server.url);
const masterData = tableFromArrays({
  id: Float64Array.from({ length }, (_, row) => row),
  value: Float64Array.from({ length }, () => Math.random()),
});
type Sizes = { readonly masterData: { readonly numRows: number } };
const fn = partial(
  (g: { x: BigInt64Array }, { masterData }: Sizes) => ({ rows: [g.x.length], all: [masterData.numRows] }),
  { masterData },
);
const frame = cluster.sql(`select id % ${groups} as k, id as x from range(${groups * 100})`);
// Starts Python and Node on the executors.
await applyParallel(groupby(frame, 'k'), () => null);
for (let call = 1; call <= 6; call++) {
  const begun = performance.now();
  await applyParallel(groupby(frame, 'k'), fn, { input: 'columns' });
  console.log(`call ${call}: ${(performance.now() - begun).toFixed(0)} ms`);
}
await shutdown();
