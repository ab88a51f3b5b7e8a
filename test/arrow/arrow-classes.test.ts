// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import * as esm from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import fc from 'fast-check';
import { arrowAdapter } from '#dist/frame/arrow-adapter.js';
import { rowsOf } from '../support/cells.js';
import { foreignArrow } from '../support/foreign-arrow.js';
import { anyTable } from '../support/random-tables.js';

/*
 * CommonJS programs, and so the cells of a notebook, have the other build of apache-arrow: its functions know
 * its own tables only.
 */

const cjs: typeof esm = createRequire(import.meta.url)('apache-arrow');
const { fromArrow, toArrow } = arrowAdapter;

describe('tables of the CommonJS build', () => {
  it('give results that its functions know', async () => {
    const table = cjs.tableFromArrays({ k: ['b', 'a'], x: Float64Array.of(1, 2) });
    for (const nJobs of [1, 2]) {
      const out = await applyParallel(groupby(table, 'k'), (g) => g, { nJobs });
      assert.ok(out instanceof cjs.Table);
      assert.ok(out.batches[0] instanceof cjs.RecordBatch);
      const back = cjs.tableFromIPC(cjs.tableToIPC(out, 'file'));
      assert.deepEqual(JSON.parse(JSON.stringify(back.toArray())), [
        { k: 'a', x: 2 },
        { k: 'b', x: 1 },
      ]);
    }
    assert.ok(groupby(table, 'k').getGroup('a') instanceof cjs.Table);
    const own = esm.tableFromArrays({ k: ['b', 'a'] });
    assert.ok((await applyParallel(groupby(own, 'k'), (g) => g, { nJobs: 1 })) instanceof esm.Table);
  });

  it('come back with every type and every value, on the same memory', () => {
    fc.assert(
      fc.property(anyTable(), (table) => {
        toArrow(cjs.tableFromArrays({ x: Float64Array.of(1) }), 'ERR_NOT_A_FRAME');
        const out = fromArrow(table);
        assert.ok(out instanceof cjs.Table);
        assert.deepEqual(rowsOf(toArrow(out)), rowsOf(table));
        assert.deepEqual(out.schema.fields.map(String), table.schema.fields.map(String));
        assert.equal(out.batches[0]?.data.children[0]?.values, table.batches[0]?.data.children[0]?.values);
      }),
      { numRuns: 100 },
    );
  });
});

describe('tables of a copy that cannot be found', () => {
  it('give results of this one', async () => {
    const foreign = await foreignArrow();
    const table = foreign.tableFromArrays({ k: ['b', 'a'] });
    assert.ok((await applyParallel(groupby(table, 'k'), (g) => g, { nJobs: 1 })) instanceof esm.Table);
  });
});
