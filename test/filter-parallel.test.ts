// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Table, tableFromArrays, type Vector } from 'apache-arrow';
import { filterParallel, type GroupError, groupby, Memory, type Report, shutdown } from 'apply-parallel';
import 'apply-parallel/danfo';
import { DataFrame } from 'danfojs-node';
import { failure } from './support/failure.js';
import { values } from './support/meaning.js';

after(() => shutdown());

const frame = () => ({
  shop: ['a', 'b', 'a', null, 'c'],
  price: Float64Array.of(1, 5, 3, 9, 2),
});
type Group = { shop: Vector; price: Float64Array };
const ways = [{ nJobs: 2 }, { nJobs: 1 }, { backend: 'async' as const }];

for (const way of ways) {
  describe(`filterParallel with ${JSON.stringify(way)}`, () => {
    it('keeps the rows of some groups, in the order of the frame', async () => {
      const out = await filterParallel(groupby(frame(), 'shop'), (g: Group) => g.price[0] < 3, way);
      assert.deepEqual([...out.shop], ['a', 'a', 'c']);
      assert.deepEqual(out.price, Float64Array.of(1, 3, 2));
    });

    it('leaves out rows without a key, unless they are a group', async () => {
      const all = () => true;
      assert.deepEqual(
        (await filterParallel(groupby(frame(), 'shop'), all, way)).price,
        Float64Array.of(1, 5, 3, 2),
      );
      const grouped = groupby(frame(), 'shop', { dropna: false });
      assert.deepEqual((await filterParallel(grouped, all, way)).price, frame().price);
      const keyless = await filterParallel(grouped, (_, { key }) => key === null, way);
      assert.deepEqual(keyless.price, Float64Array.of(9));
    });

    it('waits for promises', async () => {
      const out = await filterParallel(groupby(frame(), 'shop'), async (g: Group) => g.price.length > 1, way);
      assert.deepEqual(out.price, Float64Array.of(1, 3));
    });

    it('keeps no rows, with all columns', async () => {
      const out = await filterParallel(groupby(frame(), 'shop'), () => false, { ...way, output: 'arrow' });
      assert.deepEqual(
        out.schema.fields.map(({ name, type }) => `${name}: ${type}`),
        ['shop: Utf8', 'price: Float64'],
      );
      assert.equal(out.numRows, 0);
      const none = groupby({ k: new Int32Array(0), x: new Float64Array(0) }, 'k');
      assert.deepEqual(await filterParallel(none, () => true, way), {
        k: new Int32Array(0),
        x: new Float64Array(0),
      });
    });

    it('does not see what the predicate writes to its group', async () => {
      const given = frame();
      const spoil = (g: Group) => {
        g.price.fill(0);
        return true;
      };
      assert.deepEqual(
        (await filterParallel(groupby(given, 'shop'), spoil, way)).price,
        Float64Array.of(1, 5, 3, 2),
      );
      assert.deepEqual(given, frame());
      const frames = [{ price: Float64Array.of(1) }, { price: Float64Array.of(2) }];
      const joined = await filterParallel(frames, (g) => spoil(g as never), way);
      assert.deepEqual(joined, { price: Float64Array.of(1, 2) });
    });

    for (const [name, value, shown] of [
      ['a number', 1, '1'],
      ['nothing', undefined, 'undefined'],
      ['null', null, 'null'],
      ['NaN', Number.NaN, 'NaN'],
      ['a frame', { x: [1] }, '{ x: [ 1 ] }'],
    ] as const) {
      it(`refuses ${name} from the predicate, and names the group`, async () => {
        const run = filterParallel(
          groupby(frame(), 'shop'),
          ((_: Group, { key }: { key: unknown }) => (key === 'b' ? value : true)) as never,
          way,
        );
        const error = (await failure(run)) as unknown as GroupError;
        assert.equal(error.code, 'ERR_BAD_RESULT');
        assert.equal(error.key, 'b');
        assert.equal(error.message, `group 'b': the function returned ${shown}; return true or false`);
      });
    }

    it('asks onError whether the rows of a failed group stay', async () => {
      const fn = (_: Group, { key }: { key: unknown }) => {
        if (key !== 'c') throw new RangeError('no');
        return true;
      };
      const grouped = groupby(frame(), 'shop');
      const run = (onError: unknown) => filterParallel(grouped, fn, { ...way, onError: onError as 'skip' });
      assert.deepEqual((await run('skip')).price, Float64Array.of(2));
      assert.deepEqual((await run(({ key }: GroupError) => key === 'a')).price, Float64Array.of(1, 3, 2));
      assert.equal((await failure(run('throw'))).code, 'ERR_GROUP_FAILED');
      assert.match(
        (await failure(run(() => 'yes'))).message,
        /^group '[ab]': onError returned 'yes'; return true or false/,
      );
    });

    it('takes an iterable of frames', async () => {
      const pairs = new Map([
        ['p', [{ x: 3 }, { x: 1 }]],
        ['q', [{ x: 2 }]],
        ['r', [{ x: 4 }]],
      ]);
      const out = await filterParallel(pairs, (_, { key }) => key !== 'q', way);
      assert.deepEqual(out, [{ x: 3 }, { x: 1 }, { x: 4 }]);
    });
  });
}

describe('filterParallel', () => {
  it('returns the frame itself if all rows stay', async () => {
    const table = tableFromArrays({ k: Int32Array.of(2, 1, 2), s: ['p', 'q', 'r'] });
    const out = await filterParallel(groupby(table, 'k'), () => true);
    assert.equal(out.getChild('s')?.data[0].values, table.getChild('s')?.data[0].values);
    assert.deepEqual(values(out as unknown as Table, 's'), ['p', 'q', 'r']);
  });

  it('keeps the labels of the rows that stay in a DataFrame', async () => {
    const df = new DataFrame({ k: ['b', 'a', 'b'], x: [1, 2, 3] }, { index: ['p', 'q', 'r'] });
    for (const grouped of [groupby(df, 'k'), df.groupby('k')]) {
      const out = await filterParallel(grouped, (g) => g.shape[0] > 1);
      assert.deepEqual(out.index, ['p', 'r']);
      assert.deepEqual(out.values, [
        ['b', 1],
        ['b', 3],
      ]);
    }
    // Labels that are row numbers stay with their rows, as in pandas.
    const plain = new DataFrame({ k: ['b', 'a', 'b'], x: [1, 2, 3] });
    assert.deepEqual((await filterParallel(groupby(plain, 'k'), (g) => g.shape[0] > 1)).index, [0, 2]);
    assert.deepEqual(df.index, ['p', 'q', 'r']);
  });

  it('splits and runs many rows in workers', async () => {
    const n = 1_100_000;
    const k = Int32Array.from({ length: n }, (_, i) => (i * 7919) % 1000);
    const x = Float64Array.from({ length: n }, (_, i) => i);
    for (let call = 0; call < 2; call++) {
      const out = await filterParallel(groupby({ k, x }, 'k'), (g) => g.k[0] % 2 === 0, { nJobs: 2 });
      assert.deepEqual(
        out.x,
        x.filter((_, i) => k[i] % 2 === 0),
      );
    }
  });

  it('writes the rows that stay to a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'filter-'));
    try {
      const to = join(folder, 'out.arrow');
      const dataset = await filterParallel(groupby(frame(), 'shop'), (g: Group) => g.price[0] < 3, { to });
      assert.deepEqual(values((await dataset.read()) as unknown as Table, 'price'), [1, 3, 2]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('caches answers, apart from the results of other verbs', async () => {
    const location = await mkdtemp(join(tmpdir(), 'filter-'));
    try {
      const cache = new Memory({ location, verbose: 0 });
      const cached: (number | undefined)[] = [];
      const report = (given: Report) => cached.push(given.cached);
      const run = () =>
        filterParallel(groupby(frame(), 'shop'), (g: Group) => g.price[0] < 3, { cache, report });
      const first = await run();
      assert.deepEqual((await run()).price, first.price);
      assert.deepEqual(cached, [0, 3]);
    } finally {
      await rm(location, { recursive: true });
    }
  });

  it('refuses what it cannot do, and says why', async () => {
    const grouped = groupby(frame(), 'shop');
    const refused = async (predicate: unknown, options: unknown, message: RegExp) => {
      const error = await failure(filterParallel(grouped, predicate as never, options as never));
      assert.equal(error.code, 'ERR_INVALID_OPTION');
      assert.match(error.message, message);
    };
    const fn = () => true;
    await refused(
      fn,
      { schema: {} },
      /^filterParallel has no option 'schema': the columns are those of the frame/,
    );
    await refused(fn, { returnAs: 'generator' }, /^filterParallel has no option 'returnAs': /);
    await refused(fn, { groupKeys: true }, /^filterParallel has no option 'groupKeys': /);
    await refused(fn, { onError: 5 }, /^filterParallel: onError must be/);
    await refused(5, {}, /^filterParallel: predicate must be a function, got 5/);
  });
});
