// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Schema, Table, tableFromArrays, Vector, vectorFromArray } from 'apache-arrow';
import { applyParallel, dump, groupby, hash, load, shareTable } from 'apply-parallel';
import * as danfo from 'danfojs-node';
import fc from 'fast-check';
import { rowsOf } from '../support/cells.js';
import { foreignArrow } from '../support/foreign-arrow.js';
import { anyTable } from '../support/random-tables.js';
import { assertTablesEqual } from '../support/table-equal.js';
import { newFile, there } from './support/there-and-back.js';

const table = () => tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });

describe('dump and load of frames', () => {
  it('keep tables of every type, cut and sliced in any way', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable(), async (random) => {
        const back = await there(random);
        assert.deepEqual(
          back.schema.fields.map(({ name }) => name),
          random.schema.fields.map(({ name }) => name),
        );
        assert.deepEqual(rowsOf(back), rowsOf(random));
        assert.deepEqual(back.schema.metadata, random.schema.metadata);
      }),
      { numRuns: 150 },
    );
  });

  it('keep tables of another copy of apache-arrow, vectors and schemas', async () => {
    const foreign = await foreignArrow();
    const other = foreign.tableFromArrays({ x: Float64Array.of(1, 2) });
    assertTablesEqual((await there(other)) as never, tableFromArrays({ x: Float64Array.of(1, 2) }));
    const vector = vectorFromArray(['a', null, 'b']);
    const back = await there({ vector, schema: table().schema as Schema });
    assert.ok(back.vector instanceof Vector);
    assert.deepEqual([...back.vector], ['a', null, 'b']);
    assert.equal(String(back.schema), String(table().schema));
  });

  it('keep columns as functions receive and return them', async () => {
    const columns = await applyParallel(groupby(table(), 's'), (group) => group, {
      nJobs: 1,
      output: 'columns',
    });
    const back = (await there(columns)) as unknown as { x: Float64Array; s: Vector };
    assert.deepEqual(back.x, Float64Array.of(1, 3, 2));
    assert.deepEqual([...back.s], ['a', 'a', 'b']);
    assert.equal(hash(back), hash(columns));
  });

  it('keep DataFrames with their labels', async () => {
    const frame = new danfo.DataFrame({ a: [1, 2.5, Number.NaN], b: ['x', 'y', null as never] });
    frame.setIndex({ index: ['p', 'q', 'r'], inplace: true });
    const back = await there({ frame });
    assert.ok(back.frame instanceof danfo.DataFrame);
    assert.deepEqual(back.frame.values, frame.values);
    assert.deepEqual(back.frame.dtypes, frame.dtypes);
    assert.deepEqual(back.frame.index, ['p', 'q', 'r']);
  });

  it('write of a slice only its rows', async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word ${i}`);
    const large = new Table({ w: vectorFromArray(words) });
    const file = newFile();
    await dump(large.slice(100, 103), file);
    assert.ok(readFileSync(file).length < 400_000);
    const plain = new Table({ x: vectorFromArray(Float64Array.from({ length: 100_000 }, (_, i) => i)) });
    await dump(plain.slice(100, 103), file);
    assert.ok(readFileSync(file).length < 5000);
    assert.deepEqual([...((await load<Table>(file)).getChild('x') as Vector)], [100, 101, 102]);
  });

  it('load tables so that workers need no copy', async () => {
    const file = newFile();
    await dump(table(), file);
    const shared = await load<Table>(file, { shared: true });
    const [x] = shareTable(shared).batches[0].data.children;
    assert.equal(x.values, shared.batches[0].data.children[0].values);
    const grouped = await applyParallel(groupby(shared, 's'), (group) => ({ n: [group.numRows] }));
    assert.deepEqual([...(grouped.getChild('n') ?? [])], [2, 1]);
  });
});
