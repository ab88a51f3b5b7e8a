// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Field, Float64, Schema, type Table, tableFromArrays, Utf8, type Vector } from 'apache-arrow';
import { type GroupError, groupby, shutdown, transformParallel } from 'apply-parallel';
import 'apply-parallel/danfo';
import { failure } from './support/failure.js';
import { values } from './support/meaning.js';

after(() => shutdown());

const frame = () => ({
  shop: ['a', 'b', 'a', null, 'b'],
  price: Float64Array.of(1, 5, 3, 9, 2),
  n: Int32Array.of(1, 2, 3, 4, 5),
});
type Group = { shop: Vector; price: Float64Array; n: Int32Array };
const total = (prices: Float64Array) => prices.reduce((sum, price) => sum + price, 0);
const ways = [{ nJobs: 2 }, { nJobs: 1 }, { backend: 'async' as const }];

for (const way of ways) {
  describe(`transformParallel with ${JSON.stringify(way)}`, () => {
    it('returns the rows in the order of the frame, with null for those without a key', async () => {
      const out = await transformParallel(
        groupby(frame(), 'shop'),
        (g: Group) => ({ ...g, share: g.price.map((price) => price / total(g.price)) }),
        way,
      );
      assert.deepEqual([...out.shop], ['a', 'b', 'a', null, 'b']);
      assert.deepEqual([...out.price], [1, 5, 3, NaN, 2]);
      assert.deepEqual([...out.n], [1, 2, 3, NaN, 5]);
      assert.deepEqual([...out.share], [0.25, 5 / 7, 0.75, NaN, 2 / 7]);
    });

    it('makes them a group with dropna: false', async () => {
      const grouped = groupby(frame(), 'shop', { dropna: false });
      const out = await transformParallel(
        grouped,
        (g: Group) => ({ n: g.n, mean: g.price.map(() => total(g.price)) }),
        way,
      );
      assert.deepEqual(out, { n: frame().n, mean: Float64Array.of(4, 7, 4, 9, 7) });
    });

    it('sees what a function writes to its group, and leaves the frame alone', async () => {
      const given = frame();
      const out = await transformParallel(
        groupby(given, 'n'),
        (g: Group) => {
          if (g.n[0] !== 4) g.price.fill(7);
          return { price: g.price };
        },
        way,
      );
      assert.deepEqual(out, { price: Float64Array.of(7, 7, 7, 9, 7) });
      assert.deepEqual(given, frame());
    });

    it('sees what a function writes to an Arrow table', async () => {
      const given = tableFromArrays({
        k: Int32Array.of(2, 1, 2),
        word: ['x', 'y', 'z'],
        b: [true, false, true],
      });
      const out = await transformParallel(
        groupby(given, 'k'),
        (g: Table) => {
          (g.getChild('k') as Vector).set(0, 9);
          (g.getChild('b') as Vector).set(0, false);
          return g;
        },
        way,
      );
      assert.deepEqual(values(out as Table, 'k'), [9, 9, 2]);
      assert.deepEqual(values(out as Table, 'b'), [false, false, true]);
      assert.deepEqual(values(given, 'k'), [2, 1, 2]);
      assert.deepEqual(values(given, 'b'), [true, false, true]);
    });

    for (const [name, result, got] of [
      [
        'too few rows',
        () => ({ x: [1] }),
        '1 row; the group has 2 rows, and the result must have as many; to give',
      ],
      [
        'too many rows',
        () => ({ x: [1, 2, 3] }),
        '3 rows; the group has 2 rows, and the result must have as many',
      ],
      ['no rows', () => ({ x: [] }), '0 rows; the group has 2 rows'],
      ['one row object', () => ({ x: 1 }), '1 row; the group has 2 rows'],
      ['nothing', () => null, 'nothing; the group has 2 rows'],
    ] as const) {
      it(`refuses ${name}, and names the group and both numbers`, async () => {
        const error = (await failure(
          transformParallel(
            groupby(frame(), 'shop'),
            (_, { key }) => (key === 'b' ? result() : { x: [1, 2] }),
            way,
          ),
        )) as unknown as GroupError;
        assert.equal(error.code, 'ERR_BAD_RESULT');
        assert.equal(error.key, 'b');
        assert.ok(error.message.startsWith(`group 'b': the function returned ${got}`), error.message);
        assert.match(String(error.stack), /transform-parallel\.test\.ts/);
      });
    }

    it('refuses a wrong number of rows also where the result looks like those before', async () => {
      const k = Int32Array.from({ length: 400 }, (_, i) => i % 200);
      const run = transformParallel(
        groupby({ k }, 'k'),
        (_, { index }) => ({ x: new Float64Array(index === 150 ? 3 : 2) }),
        way,
      );
      const error = (await failure(run)) as unknown as GroupError;
      assert.equal(error.index, 150);
      assert.match(error.message, /^group 150: the function returned 3 rows; the group has 2 rows/);
    });

    it("has null rows for groups that onError: 'skip' leaves out, in columns handed back too", async () => {
      const fn = (g: Group, { key }: { key: unknown }) => {
        if (key === 'a') throw new RangeError('no');
        return { ...g, twice: g.n.map((n) => 2 * n) };
      };
      const out = await transformParallel(groupby(frame(), 'shop'), fn, { ...way, onError: 'skip' });
      assert.deepEqual([...out.n], [NaN, 2, NaN, NaN, 5]);
      assert.deepEqual([...out.twice], [NaN, 4, NaN, NaN, 10]);
      assert.deepEqual([...out.shop], [null, 'b', null, null, 'b']);
    });

    it('takes replacements of failed groups, of as many rows', async () => {
      const fn = (g: Group, { key }: { key: unknown }) => {
        if (key === 'a') throw new RangeError('no');
        return { n: g.n };
      };
      const grouped = groupby(frame(), 'shop');
      const out = await transformParallel(grouped, fn, { ...way, onError: () => ({ n: [-1, -2] }) });
      assert.deepEqual([...out.n], [-1, 2, -2, NaN, 5]);
      const error = await failure(transformParallel(grouped, fn, { ...way, onError: () => ({ n: [-1] }) }));
      assert.match(error.message, /^group 'a': onError returned 1 row; the group has 2 rows/);
      assert.ok(error.cause instanceof RangeError);
    });

    it('has the columns of the frame, all null, where no group has a result', async () => {
      const fn = () => {
        throw new RangeError('no');
      };
      const out = await transformParallel(groupby(frame(), 'shop'), fn, {
        ...way,
        onError: 'skip',
        output: 'arrow',
      });
      assert.deepEqual(
        out.schema.fields.map(({ name }) => name),
        ['shop', 'price', 'n'],
      );
      assert.equal(out.numRows, 5);
      assert.equal(out.getChild('n')?.nullCount, 5);
      const keyless = groupby({ k: [null, null], x: [1, 2] }, 'k');
      assert.deepEqual([...(await transformParallel(keyless, (g) => g, way)).x], [NaN, NaN]);
    });

    it('keeps to a declared schema', async () => {
      const schema = new Schema([new Field('n', new Float64(), true), new Field('word', new Utf8(), true)]);
      const options = { ...way, schema, output: 'arrow' as const };
      const table = await transformParallel(groupby(frame(), 'shop'), (g: Group) => ({ n: g.n }), options);
      assert.deepEqual(
        table.schema.fields.map(({ name, type }) => `${name}: ${type}`),
        ['n: Float64', 'word: Utf8'],
      );
      assert.deepEqual(values(table as unknown as Table, 'n'), [1, 2, 3, null, 5]);
      const wrong = transformParallel(groupby(frame(), 'shop'), () => ({ n: ['x', 'y'] }), options);
      assert.equal((await failure(wrong)).code, 'ERR_SCHEMA_MISMATCH');
    });

    it('joins the columns of different groups by name', async () => {
      const grouped = groupby({ k: [2, 1, 2], x: Int32Array.of(1, 2, 3) }, 'k');
      const out = await transformParallel(
        grouped,
        (g, { key }) =>
          key === 1 ? { x: g.x, a: [1.5] } : { x: ['u', 'v'].map((_, i) => i), b: ['p', 'q'] },
        way,
      );
      assert.deepEqual(
        Object.fromEntries(
          Object.entries(out).map(([name, column]) => [name, [...(column as Iterable<unknown>)]]),
        ),
        { x: [0, 2, 1], a: [NaN, 1.5, NaN], b: ['p', null, 'q'] },
      );
    });

    it('takes an empty frame, and empty groups', async () => {
      const none = await transformParallel(
        groupby({ k: new Int32Array(0), x: new Float64Array(0) }, 'k'),
        (g) => g,
        way,
      );
      assert.deepEqual(none, { k: new Int32Array(0), x: new Float64Array(0) });
    });

    it('joins the frames of an iterable one after the other', async () => {
      const frames = [[{ x: 3 }, { x: 1 }], [{ x: 2 }]];
      const out = await transformParallel(frames, (g) => g.map((row, i) => ({ ...row, i })), way);
      assert.deepEqual(out, [
        { x: 3, i: 0 },
        { x: 1, i: 1 },
        { x: 2, i: 0 },
      ]);
    });
  });
}
