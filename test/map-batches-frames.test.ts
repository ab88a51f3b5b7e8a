// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Field, Float64, Schema, type Table, tableFromArrays, type Vector } from 'apache-arrow';
import { mapBatches, scan, shutdown } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
import { failure } from './support/failure.js';
import { values } from './support/meaning.js';

after(() => shutdown());

const count = (n: number) => Float64Array.from({ length: n }, (_, i) => i);
type Batch = { x: Float64Array };

/** Yields `n` frames of `size` rows each, some at once and some later. */
async function* frames(n: number, size = 3) {
  for (let k = 0; k < n; k++) {
    if (k % 4 === 2) await sleep(1);
    yield { x: count(size).map((i) => k * size + i) };
  }
}

describe('frames of mapBatches', () => {
  it('takes frames of every kind, and iterables of them', async () => {
    const table = tableFromArrays({ x: count(5), s: ['a', 'b', 'c', 'd', 'e'] });
    const long = (g: Table) => g.slice(1);
    const out = await mapBatches(table, long, { batchRows: 2 });
    assert.deepEqual(values(out as unknown as Table, 's'), ['b', 'd']);
    const rows = [{ x: 1 }, { x: 2 }, { x: 3 }];
    assert.deepEqual(await mapBatches(rows, (g) => g.map(({ x }) => ({ y: 2 * x })), { batchRows: 2 }), [
      { y: 2 },
      { y: 4 },
      { y: 6 },
    ]);
    const df = new DataFrame({ x: [1, 2, 3] });
    const double = (g: DataFrame) => g.addColumn('y', g.x.mul(2)) as DataFrame;
    for (const given of [df, [df].values()]) {
      const frame = (await mapBatches(given as DataFrame, double, { batchRows: 2 })) as DataFrame;
      assert.deepEqual(frame.values, [
        [1, 2],
        [2, 4],
        [3, 6],
      ]);
    }
    const several = await mapBatches([table, table], long);
    assert.equal(several.numRows, 8);
    const lists = await mapBatches([rows, rows].values(), (g) => g.slice(0, 1));
    assert.deepEqual(lists, [{ x: 1 }, { x: 1 }]);
  });

  it('reads a data set', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'batches-'));
    try {
      const { writeFile } = await import('node:fs/promises');
      const { tableToIPC } = await import('apache-arrow');
      for (const name of ['a', 'b'])
        await writeFile(join(folder, `${name}.arrow`), tableToIPC(tableFromArrays({ x: count(3) }), 'file'));
      const dataset = await scan(folder);
      const out = await mapBatches(dataset, (g) => ({
        twice: Array.from(g.getChild('x') as Vector, (x) => 2 * x),
      }));
      assert.deepEqual(values(out as unknown as Table, 'twice'), [0, 2, 4, 0, 2, 4]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('writes its results to files, in the order of the batches', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'batches-'));
    try {
      const fn = (g: Batch, { index }: { index: number }) =>
        index === 2 ? null : { x: g.x, y: g.x.map((x) => -x) };
      const wanted = [...count(27)].filter((x) => x < 6 || x > 8);
      for (const given of [frames(9), { x: count(27) }]) {
        const dataset = await mapBatches(given as { x: Float64Array }, fn, {
          to: join(folder, 'out.arrow'),
          batchRows: 3,
          nJobs: 2,
        });
        const table = await dataset.read();
        assert.deepEqual(values(table as unknown as Table, 'x'), wanted);
        await rm(join(folder, 'out.arrow'));
      }
      async function* none() {}
      const to = join(folder, 'none.arrow');
      const schema = new Schema([new Field('x', new Float64(), true)]);
      const empty = await mapBatches(none() as AsyncIterable<Table>, (g) => g, { to, schema });
      assert.deepEqual(empty.columns, ['x']);
      const failing = mapBatches(frames(9), () => Promise.reject(new RangeError('no')), {
        to: join(folder, 'x.arrow'),
      });
      assert.equal((await failure(failing)).code, 'ERR_GROUP_FAILED');
      assert.equal(
        (await failure(failing.then(() => scan(join(folder, 'x.arrow'))))).code,
        'ERR_GROUP_FAILED',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
