// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  Table as ArrowTable,
  Int32,
  Interval,
  IntervalUnit,
  type Table,
  tableFromArrays,
  vectorFromArray,
} from 'apache-arrow';
import { ApplyError, applyParallel, groupby, reduceMemory, shutdown } from 'apply-parallel';
import { polarsAdapter } from '#dist/frame/polars-adapter.js';
import { extra, extrasFolder, missingExtra } from '../support/extras.js';

/* What these tests use of nodejs-polars, whose types are not here. */
interface Frame {
  readonly columns: string[];
  readonly height: number;
  readonly width: number;
  readonly dtypes: { toString(): string }[];
  writeIPCStream(): Buffer;
  describe(): Frame;
  getColumn(name: string): unknown;
  withColumns(...columns: unknown[]): Frame;
  join(other: Frame, options: object): Frame;
  filter(predicate: unknown): Frame;
  toRecords(): object[];
  frameEqual(other: Frame): boolean;
}
interface Expr {
  mul(factor: number): Expr;
  gt(other: number): Expr;
  alias(name: string): Expr;
  cast(type: unknown): Expr;
}
interface Polars {
  DataFrame(columns: object, options?: object): Frame;
  col(name: string): Expr;
  readonly [type: string]: unknown;
}

const skip = missingExtra('nodejs-polars');

describe('polars', { skip }, () => {
  let pl: Polars;
  // In the project, for workers find tsx from here, too.
  const home = join(import.meta.dirname, '..', '..', '.cache', `polars-${process.pid}`);
  before(() => {
    // From the current folder the package finds it, in workers as well.
    mkdirSync(home, { recursive: true });
    symlinkSync(join(extrasFolder, 'node_modules'), join(home, 'node_modules'), 'junction');
    process.chdir(home);
    pl = extra('nodejs-polars') as Polars;
  });
  after(() => {
    process.chdir(join(home, '..', '..'));
    rmSync(home, { recursive: true });
  });

  const frame = () =>
    pl
      .DataFrame(
        {
          z: ['b', 'a', 'b', null, 'a'],
          small: [1, 2, 3, 4, null],
          x: [1.5, Number.NaN, null, -0, 2],
          big: [1n, 2n, 2n ** 60n + 1n, null, 5n],
          at: [new Date(5), null, new Date(-7), new Date(1), new Date(0)],
          yes: [true, null, false, true, false],
          tags: [['x', null], [], null, ['y'], ['z']],
        },
        { schemaOverrides: { small: pl.Int8, big: pl.Int64 } },
      )
      .withColumns(pl.col('z').cast(pl.Categorical).alias('cat'));
  const dtypes = (df: Frame) => df.dtypes.map(String);
  const toArrow = (df: unknown): Table => polarsAdapter.toArrow(df as never);

  test('is known by its shape, and nothing else is', () => {
    assert.ok(polarsAdapter.matches(frame()));
    for (const other of [{}, [], null, { writeIPCStream: 1 }, vectorFromArray([1])]) {
      assert.ok(!polarsAdapter.matches(other));
    }
  });

  test('identity gives the same dtypes, order and values, in this thread and in workers', async () => {
    const df = frame();
    for (const nJobs of [1, 2]) {
      const result = await applyParallel(groupby(df, 'z', { sort: false, dropna: false }), (group) => group, {
        nJobs,
      });
      assert.ok(polarsAdapter.matches(result));
      assert.deepEqual(result.columns, df.columns);
      assert.deepEqual(dtypes(result), dtypes(df));
      const order = [0, 2, 1, 4, 3];
      assert.deepEqual(
        result.toRecords(),
        order.map((row) => df.toRecords()[row]),
      );
    }
  });

  test("the function works with polars' own expressions, on a frame it captured too", async () => {
    const rates = pl.DataFrame({ z: ['a', 'b'], rate: [0.5, 0.25] });
    const { col } = pl;
    const result = await applyParallel(
      groupby(frame(), 'z'),
      (group) =>
        group
          .filter(col('small').gt(0))
          .withColumns(col('small').mul(10).alias('ten'))
          .join(rates, { on: 'z' }),
      { nJobs: 2 },
    );
    assert.deepEqual(result.columns, [...frame().columns, 'ten', 'rate']);
    assert.deepEqual(
      result.toRecords().map((row) => (row as { rate: number }).rate),
      [0.5, 0.25, 0.25],
    );
  });

  test('columns, arrow and records see what is in it, and give a polars frame back', async () => {
    for (const input of ['columns', 'arrow', 'records'] as const) {
      const result = await applyParallel(groupby(frame(), 'z'), (group) => group as object, {
        input,
        nJobs: 2,
      });
      assert.ok(polarsAdapter.matches(result), input);
      assert.equal(result.height, 4);
    }
  });

  test('every group empty: no rows, with the columns', async () => {
    const result = await applyParallel(groupby(frame(), 'z'), () => null, { nJobs: 1 });
    assert.equal(result.height, 0);
    assert.deepEqual(dtypes(result), dtypes(frame()));
  });

  test('groups can be looked at one by one; other kinds become polars frames by output', async () => {
    const [[key, group]] = groupby(frame(), 'z');
    assert.equal(key, 'a');
    assert.equal(group.height, 2);
    const table = tableFromArrays({ k: ['a'], x: Int32Array.of(7) });
    const made = await applyParallel(groupby(table, 'k'), (g) => g, { output: 'polars', nJobs: 1 });
    assert.deepEqual((made as Frame).toRecords(), [{ k: 'a', x: 7 }]);
  });

  test('a table it has no type for is refused with the columns', async () => {
    const months = vectorFromArray([Int32Array.of(1)], new Interval(IntervalUnit.YEAR_MONTH));
    const table = new ArrowTable({ k: vectorFromArray([1], new Int32()), months });
    await assert.rejects(
      applyParallel(groupby(table, 'k'), (g) => g, { output: 'polars', nJobs: 1 }),
      (error) =>
        error instanceof ApplyError && error.code === 'ERR_SCHEMA_MISMATCH' && /months/.test(error.message),
    );
  });

  test('no columns, no rows', () => {
    for (const given of [pl.DataFrame({}), frame().filter(pl.col('small').gt(100))]) {
      const again = polarsAdapter.fromArrow(toArrow(given)) as Frame;
      assert.deepEqual([again.columns, again.height, dtypes(again)], [given.columns, 0, dtypes(given)]);
    }
  });

  test('reduceMemory: narrower integers and floats, repeated strings to categories', () => {
    const texts = Array.from({ length: 100 }, (_, i) => (i % 7 ? `value ${i % 3}` : null));
    const given = pl.DataFrame({
      n: texts.map((_, i) => BigInt(i)),
      x: texts.map((_, i) => i / 2),
      s: texts,
    });
    const small = reduceMemory(given);
    assert.deepEqual(
      dtypes(small),
      ['UInt8', 'Float32', 'Categorical'].map((name) => `DataType(${name})`),
    );
    assert.deepEqual(
      small.toRecords(),
      given.toRecords().map((row) => ({ ...row, n: Number((row as { n: bigint }).n) })),
    );
  });

  test('many workers load the addon at once, twice over', async () => {
    const keys = Array.from({ length: 2000 }, (_, i) => i % 50);
    const df = pl.DataFrame({ k: keys, v: keys });
    for (let round = 0; round < 2; round++) {
      const result = await applyParallel(groupby(df, 'k'), (group) => group, { nJobs: 4, batchSize: 1 });
      assert.equal(result.height, 2000);
      await shutdown();
    }
    assert.equal(toArrow(df).numRows, 2000);
  });
});
