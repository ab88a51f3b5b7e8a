// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { applyParallel, groupby, Memory } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';

const rate = 2;

class Sales extends DataFrame {
  revenue() {
    return this.price.mul(this.n).mul(rate);
  }
}

const waiting = Promise.resolve();

/** Uses what cannot travel. */
class Waiting extends DataFrame {
  wait() {
    return waiting;
  }
}

const data = { shop: ['a', 'b', 'a'], price: [1, 2, 3], n: [1, 1, 2] };

describe('DataFrames of a class of the user', () => {
  it('are of it in workers, the same one that the function means', async () => {
    const fn = (g: Sales) => {
      if (!(g instanceof Sales) || g.constructor !== Sales) throw new Error(`of ${g.constructor.name}`);
      return g.addColumn('revenue', g.revenue()) as Sales;
    };
    for (const nJobs of [1, 2]) {
      const out = (await applyParallel(groupby(new Sales(data), 'shop'), fn as never, { nJobs })) as Sales;
      assert.deepEqual(out.column('revenue').values, [2, 12, 4]);
      assert.ok(out instanceof Sales);
    }
    const name = (g: Sales) => ({ name: g.constructor.name, sum: g.revenue().sum() });
    const records = { nJobs: 2, output: 'records' } as const;
    assert.deepEqual(await applyParallel(groupby(new Sales(data), 'shop'), name as never, records), [
      { name: 'Sales', sum: 14 },
      { name: 'Sales', sum: 4 },
    ]);
  });

  it('leave others as they are, though the same workers make them', async () => {
    const plain = new DataFrame(data);
    const fn = (g: DataFrame) => ({ has: 'revenue' in g, captured: 'revenue' in plain });
    const out = await applyParallel(groupby(plain, 'shop'), fn, { nJobs: 2, output: 'records' });
    assert.deepEqual(out, Array(2).fill({ has: false, captured: false }));
  });

  it('have what their methods do in the keys of a cache', async () => {
    const location = await mkdtemp(join(tmpdir(), 'apply-parallel-'));
    const cache = new Memory({ location, verbose: 0 });
    class Old extends DataFrame {
      tax() {
        return 1;
      }
    }
    class New extends DataFrame {
      tax() {
        return 2;
      }
    }
    const fn = (g: Old) => ({ tax: g.tax() });
    for (const [Class, tax] of [[Old, 1] as const, [New, 2] as const]) {
      for (const cached of [0, 2]) {
        let found: number | undefined;
        const report = (of: { cached?: number }) => {
          found = of.cached;
        };
        const options = { cache, report, output: 'records', nJobs: 2 } as const;
        const out = await applyParallel(groupby(new Class(data), 'shop'), fn as never, options);
        assert.deepEqual([out, found], [[{ tax }, { tax }], cached]);
      }
    }
    await rm(location, { recursive: true });
  });

  it('are DataFrames of danfojs there where the class cannot travel', async () => {
    const fn = (g: DataFrame) => ({ has: 'wait' in g, n: g.n.sum() });
    const out = await applyParallel(groupby(new Waiting(data), 'shop'), fn as never, {
      nJobs: 2,
      output: 'records',
    });
    assert.deepEqual(out, [
      { has: false, n: 3 },
      { has: false, n: 1 },
    ]);
  });
});
