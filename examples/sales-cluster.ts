/**
 * One function on three kinds of rows: in memory, in files, and on a Spark cluster. Each call is the same but
 * for what is grouped.
 *
 *   npx tsx examples/sales-cluster.ts                        without a cluster: the first two
 *   npx tsx examples/sales-cluster.ts sc://localhost:15002   all three, on files that the cluster reaches
 *
 * docs/cluster.md says how to start Spark on a laptop.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyParallel, dump, groupby, scan } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { makeSales } from '../fixtures/sales.js';

interface Sales {
  readonly quantity: Int32Array;
  readonly price: Float64Array;
}

/** Below this quantity a month is a bad one. */
const LEAST = 5;

/** What was sold of a category, at which price on average, and how many of its rows were bad ones. */
function summary({ quantity, price }: Sales, { key }: { readonly key: unknown }) {
  let [pieces, worth, bad] = [0, 0, 0];
  for (let row = 0; row < quantity.length; row++) {
    pieces += quantity[row];
    if (!Number.isNaN(price[row])) worth += Math.round(quantity[row] * price[row] * 100);
    if (quantity[row] < LEAST) bad++;
  }
  return { category: [String(key)], pieces: [pieces], cents: [worth], bad: [bad] };
}

const { sales } = makeSales({ rows: 50_000 });
const folder = await mkdtemp(join(tmpdir(), 'sales-cluster-'));
try {
  const file = join(folder, 'sales.parquet');
  await dump(sales, file);
  const input = 'columns';

  const inMemory = await applyParallel(groupby(sales, 'category'), summary, { input });
  console.log('in memory', inMemory.numRows, 'categories, the first:', inMemory.get(0)?.toJSON());

  const inFiles = await applyParallel(groupby(await scan(file), 'category'), summary, { input });
  console.log(
    'in files',
    String(inFiles.toArray()) === String(inMemory.toArray()) ? 'the same' : 'something else',
  );

  const url = process.argv[2];
  if (url === undefined) {
    console.log('no cluster: give the address of one, such as sc://localhost:15002');
  } else {
    await using cluster = await spark(url);
    const onCluster = await applyParallel(groupby(cluster.read(file), 'category'), summary, { input });
    console.log(
      'on the cluster',
      String(onCluster.toArray()) === String(inMemory.toArray()) ? 'the same' : 'something else',
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
