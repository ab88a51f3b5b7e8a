// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFromArrays, vectorFromArray } from 'apache-arrow';
import { ApplyError, applyParallel, groupby, partial, shareTable } from 'apply-parallel';
import { assertTablesEqual } from '../support/table-equal.js';

const prices = tableFromArrays({ item: ['a', 'b', 'a'], price: Float64Array.of(1.5, 2, 3) });

/** The buffers of all columns. */
const buffers = (table: typeof prices) =>
  table.schema.fields.map((_, k) => table.batches[0].data.children[k].values.buffer);

describe('shareTable', () => {
  it('gives an equal table in shared memory', () => {
    const shared = shareTable(prices);
    assertTablesEqual(shared, prices);
    assert.ok(buffers(shared as typeof prices).every((buffer) => buffer instanceof SharedArrayBuffer));
  });

  it('does not copy a shared table again', () => {
    const shared = shareTable(prices);
    assert.deepEqual(
      buffers(shareTable(shared) as typeof prices).map(
        (buffer, k) => buffer === buffers(shared as typeof prices)[k],
      ),
      [true, true],
    );
  });

  it('is seen, not copied, by workers that have it bound', async () => {
    const counter = shareTable(tableFromArrays({ calls: Int32Array.of(0) }));
    const count = (group: typeof prices, { table }: { table: typeof counter }) => {
      Atomics.add(table.getChildAt(0)?.data[0].values as Int32Array, 0, 1);
      return group;
    };
    await applyParallel(groupby(prices, 'item'), partial(count, { table: counter }), { nJobs: 2 });
    assert.equal(counter.getChildAt(0)?.get(0), 2);
  });

  it('takes rows and columns too, and nothing else', () => {
    assert.equal(shareTable([{ a: 1 }, { a: 2 }]).numRows, 2);
    assert.equal(shareTable({ a: vectorFromArray([1, 2, 3]) }).numRows, 3);
    assert.throws(
      () => shareTable(new Map()),
      (error) => error instanceof ApplyError && error.code === 'ERR_NOT_A_FRAME',
    );
  });
});
