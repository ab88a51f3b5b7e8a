// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { applyParallel, groupby, partial } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { FakeSpark } from '../../cluster/support/fake-spark.js';

it('sends a function with a large argument once a session, and one that carries another again', async () => {
  await using fake = await FakeSpark.start();
  await using cluster = await spark(fake.url);
  const table = Float64Array.from({ length: 200_000 }, (_, row) => row);
  const call = async (given: Float64Array) => {
    const fn = partial(
      (g: { x: Float64Array }, { table }: { table: Float64Array }) => ({ x: [table[g.x[0]]] }),
      {
        table: given,
      },
    );
    const running = applyParallel(groupby({ k: [1, 2], x: [1, 2] }, 'k'), fn, { backend: cluster });
    // The fake server runs nothing.
    await assert.rejects(running, { code: 'ERR_CLUSTER', message: /answered for 0 of 2 groups/ });
  };
  const files = () => [...fake.artifacts].filter(([name]) => name.endsWith('.bin'));
  await call(table);
  const [[name, bytes]] = files();
  assert.ok(bytes.length > table.byteLength);
  fake.artifacts.clear();
  await call(table);
  assert.deepEqual(files(), []);
  await call(table.map((value) => -value));
  assert.equal(files().length, 1);
  assert.notEqual(files()[0][0], name);
});
