import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Int64, makeData, RecordBatch, Schema, Struct, Table, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import * as danfo from 'danfojs-node';
import { assertTablesEqual } from '../support/table-equal.js';
import { type Fn, plain, run, sales, share } from './support/cached-groups.js';
import { memory as cache } from './support/fresh-memory.js';

describe('what tells cached groups apart', () => {
  for (const nJobs of [1, 2]) {
    it(`sees every change in groups of many rows, ${nJobs} jobs`, async () => {
      const table = (edit?: { row: number; x: number }) => sales(3, edit, 2000);
      const options = { nJobs };
      await run(table(), share as Fn, options);
      assert.equal((await run(table(), share as Fn, options)).cached, 3);
      for (const row of [0, 2999, 5999]) {
        const edited = table({ row, x: -1 });
        const { out, cached } = await run(edited, share as Fn, options);
        assert.equal(cached, 2);
        assertTablesEqual(out, await plain(edited, share as Fn));
      }
      assert.equal((await run(table(), share as Fn, options)).cached, 3);
    });
  }

  it('gives groups that are alike memory of their own', async () => {
    const twice = () => [0, 1].map(() => ['p', { x: Float64Array.of(1, 2, 3) }] as const);
    for (let round = 0; round < 2; round++) {
      const seen: number[][] = [];
      const results = applyParallel(twice(), (g) => ({ y: (g.x as Float64Array).map((x) => x * 2) }), {
        cache,
        nJobs: 1,
        returnAs: 'generator',
      });
      for await (const { frame } of results) {
        const y = frame.y as unknown as Float64Array;
        seen.push([...y]);
        y.fill(-1);
      }
      assert.deepEqual(seen, [
        [2, 4, 6],
        [2, 4, 6],
      ]);
    }
  });

  it('tells groups apart by all that the function can see of them', async () => {
    // Integers are floats in every group where one row of the table has none.
    const halves = (g: { shop: unknown; n: ArrayLike<number | bigint> }) => ({
      half: Array.from(g.n, (n) => (typeof n === 'bigint' ? Number(n / 2n) : n / 2)),
    });
    const counts = (last: bigint | null) =>
      new Table({ shop: vectorFromArray(['a', 'b']), n: vectorFromArray([1n, last], new Int64()) });
    await run(counts(3n), halves as Fn, { nJobs: 1 });
    const { out } = await run(counts(null), halves as Fn, { nJobs: 1 });
    assert.deepEqual(out.getChild('half')?.get(0), 0.5);

    // What a schema says of the whole table.
    const noted = (unit: string) => {
      const { schema, batches } = sales(2);
      return new Table(new Schema(schema.fields, new Map([['unit', unit]])), batches);
    };
    const unitOf = (g: Table) => ({ unit: [g.schema.metadata.get('unit')] });
    const arrow = { nJobs: 1, input: 'arrow' } as never;
    await run(noted('kg'), unitOf as Fn, arrow);
    assert.equal((await run(noted('lb'), unitOf as Fn, arrow)).out.getChild('unit')?.get(0), 'lb');

    // The class of DataFrames.
    class Doubling extends danfo.DataFrame {
      factor = () => 2;
    }
    class Tripling extends danfo.DataFrame {
      factor = () => 3;
    }
    for (const [Frame, factor] of [
      [Doubling, 2],
      [Tripling, 3],
    ] as const) {
      const times = (g: danfo.DataFrame) => ({ n: [(g as Doubling).factor()] });
      const frame = new Frame({ shop: ['a'], x: [1] });
      const made = await applyParallel(groupby(frame, 'shop'), times as never, {
        cache,
        nJobs: 1,
        output: 'records',
      });
      assert.deepEqual(made, [{ n: factor }]);
    }

    // Rows without columns.
    const rows = (numRows: number) => {
      const schema = new Schema([]);
      const data = makeData({ type: new Struct([]), length: numRows, nullCount: 0, children: [] });
      return [['a', new Table(schema, [new RecordBatch(schema, data as never)])] as const];
    };
    for (const numRows of [2, 3]) {
      const counted = await applyParallel(rows(numRows), (g) => ({ n: [g.numRows] }), { cache, nJobs: 1 });
      assert.equal(counted.getChild('n')?.get(0), numRows);
    }
  });

  it('knows groups again where pandas has noted that the table has more rows', async () => {
    const written = (rows: number) => {
      const { schema, batches } = sales(3);
      const index = JSON.stringify({ index_columns: [{ kind: 'range', stop: rows }] });
      return new Table(new Schema(schema.fields, new Map([['pandas', index]])), batches);
    };
    await run(written(21), share as Fn, { nJobs: 1 });
    assert.equal((await run(written(22), share as Fn, { nJobs: 1 })).cached, 3);
  });
});
