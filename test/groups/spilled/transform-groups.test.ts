// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Dictionary, Field, Float64, Int32, Schema, Table, Utf8, vectorFromArray } from 'apache-arrow';
import {
  type Dataset,
  every,
  groupby,
  Memory,
  type Report,
  scan,
  shutdown,
  type TransformOptions,
  transformParallel,
  writeDataset,
} from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';

const folder = mkdtempSync(join(tmpdir(), 'transform-spilled-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 12_000;
const table = new Table({
  id: vectorFromArray(Int32Array.from({ length: n }, (_, i) => i)),
  x: vectorFromArray(Float64Array.from({ length: n }, (_, i) => Math.sin(i))),
  k: vectorFromArray(Int32Array.from({ length: n }, (_, i) => (i * 7919) % 97)),
  shop: vectorFromArray(
    Array.from({ length: n }, (_, i) => `shop ${(i * 31) % 37}`),
    new Dictionary(new Utf8(), new Int32()),
  ),
  part: vectorFromArray(Int32Array.from({ length: n }, (_, i) => i % 5)),
  text: vectorFromArray(
    Array.from({ length: n }, (_, i) => (i % 11 === 0 ? null : `text ${i % 100}`)),
    new Utf8(),
  ),
  day: vectorFromArray(Array.from({ length: n }, (_, i) => new Date(1.7e12 + (i % 50) * 25_200_000))),
}) as unknown as Table;

const spillTo = join(folder, 'spill');
/** Far below the table, so that it takes many buckets, parts and ranges of rows. */
const small = { memoryLimit: '400KB', spillTo, input: 'columns' } as const;
let dataset: Dataset;
let inMemory: Table;
before(async () => {
  dataset = await writeDataset(table, { path: join(folder, 'table.parquet'), rowGroupRows: 1100 });
  inMemory = await dataset.read();
});

interface Group {
  readonly id: Int32Array;
  readonly x: Float64Array;
  readonly text: ArrayLike<string | null>;
}
type Fn = (g: Group, context: { readonly index: number }) => object | null;
type Options = TransformOptions<'columns'> & { readonly sort?: boolean; readonly dropna?: boolean };

const share: Fn = (g) => {
  const sum = g.x.reduce((a, b) => a + b, 0);
  return { ...g, share: g.x.map((x) => x / sum), label: Array.from(g.id, (id) => `row ${id}`) };
};

/** Asserts that rows in files give what rows in memory give. */
async function assertSame(by: unknown, fn: Fn, options: Options = {}): Promise<Table> {
  const { sort, dropna, ...rest } = options;
  const grouping = { ...(sort !== undefined && { sort }), ...(dropna !== undefined && { dropna }) };
  const expected = (await transformParallel(groupby(inMemory, by as string, grouping), fn as never, {
    ...rest,
    input: 'columns',
  })) as unknown as Table;
  const result = (await transformParallel(groupby(dataset, by as string, grouping), fn as never, {
    ...small,
    ...rest,
  })) as unknown as Table;
  assertTablesEqual(result, expected);
  nothingIsLeft();
  return result;
}

const nothingIsLeft = () => assert.equal(existsSync(spillTo), false);

describe('transformParallel on groups that are spilled', () => {
  const keys = {
    'a number': 'k',
    'a dictionary': 'shop',
    'two columns': ['shop', 'part'],
    'a key maker': every('day', '1d'),
  };
  for (const [name, by] of Object.entries(keys)) {
    it(`returns what it returns in memory, by ${name}`, async () => {
      await assertSame(by, share);
    });
  }

  for (const options of [{}, { dropna: false }, { sort: false }] as const) {
    it(`has null in rows without a key, ${JSON.stringify(options)}`, async () => {
      const result = await assertSame('text', share, options);
      const missing = options === undefined || !('dropna' in options) ? Math.ceil(n / 11) : 0;
      assert.equal(result.getChild('share')?.nullCount, missing);
    });
  }

  for (const how of [{ nJobs: 1 }, { backend: 'async' }, { nJobs: 2, batchSize: 1 }] as const) {
    it(`works with ${JSON.stringify(how)}`, async () => {
      await assertSame('k', share, how);
    });
  }

  it('joins results of different columns and types as in memory', async () => {
    const odd: Fn = (g, { index }) => {
      const { length } = g.x;
      const numbers = index < 60 ? g.id : g.x;
      const late = index % 2 === 1 ? { late: new Array(length).fill(index % 4 === 1 ? null : 'late') } : {};
      return { numbers, ...late, nothing: new Array(length).fill(null) };
    };
    const result = await assertSame('k', odd);
    assert.deepEqual(
      result.schema.fields.map(({ name, type }) => `${name} ${type}`),
      ['numbers Float64', 'nothing Null', 'late Utf8'],
    );
  });

  /** Changes the rows that functions see as numbers, in some groups by a part that days do not hold. */
  const changed =
    (more: (index: number) => number): Fn =>
    (g, { index }) => {
      const rows = g as unknown as { readonly day: ArrayLike<number> };
      const add = (value: number) => value + more(index);
      return {
        day: index % 3 === 0 ? rows.day : Array.from(rows.day, add),
        nested: Array.from(rows.day, (day) => ({ day: add(day), index })),
      };
    };
  const parts: Record<string, (index: number) => number> = {
    'a finer unit': (index) => (index > 60 ? 0.25 : 0),
    'two finer units, the finest first': (index) => (index < 20 ? 2 ** -10 : index > 60 ? 0.25 : 0),
    'no timestamp': (index) => (index === 90 ? 1 / 3 : index % 2),
  };
  for (const [name, more] of Object.entries(parts)) {
    it(`reconciles times with numbers that need ${name}, as in memory`, async () => {
      await assertSame('k', changed(more));
    });
  }

  it('finds the type that results of all groups have together, whichever are joined first', async () => {
    const wide: Fn = (g, { index }) => {
      const ids = Array.from(g.id, BigInt);
      const signed = BigInt64Array.from(ids, (id) => (index % 2 ? id : -id));
      const numbers = [signed, BigUint64Array.from(ids), g.x];
      return {
        number: index > 80 ? g.x : numbers[index % 2],
        x: index % 2 ? new Array(g.id.length).fill(null) : g.id,
        day: index < 40 ? new Array(g.id.length).fill(null) : Array.from(g.id, String),
      };
    };
    const result = await assertSame('k', wide);
    assert.deepEqual(
      result.schema.fields.map(({ name, type }) => `${name} ${type}`),
      ['number Float64', 'x Int32', 'day Utf8'],
    );
  });

  it('names the columns and groups of types that have nothing in common as in memory', async () => {
    const cases: Fn[] = [
      (g, { index }) => ({ y: index < 50 ? g.x : Array.from(g.x, String) }),
      (g, { index }) => ({ y: index === 3 ? g.x : index === 95 ? Array.from(g.x, String) : g.id }),
      (g, { index }) => ({ x: g.x, ...(index > 70 && { y: index % 2 ? g.x : Array.from(g.x, () => [1]) }) }),
    ];
    for (const fn of cases) {
      const expected = await transformParallel(groupby(inMemory, 'k'), fn as never, {
        input: 'columns',
      }).catch((error: Error) => error.message);
      assert.match(String(expected), /column 'y' is .* in the result of group \d+ and .* of group \d+/);
      await assert.rejects(transformParallel(groupby(dataset, 'k'), fn as never, small), {
        code: 'ERR_SCHEMA_MISMATCH',
        message: expected as unknown as string,
      });
      nothingIsLeft();
    }
  });

  it('handles failed groups as in memory', async () => {
    const fails: Fn = (g, { index }) => {
      if (index % 10 === 3) throw new Error('no');
      return { y: g.x };
    };
    const result = await assertSame('k', fails, { onError: 'skip' });
    assert.ok((result.getChild('y')?.nullCount ?? 0) > 0);
    const lengths = new Map(
      groupby(inMemory, 'k').keys.map((key, at) => [key, groupby(inMemory, 'k').sizes()[at]]),
    );
    await assertSame('k', fails, {
      onError: ({ key }) => ({ y: new Float64Array(lengths.get(key as number) ?? 0).fill(7) }),
    });
    await assertSame(
      'k',
      () => {
        throw new Error('no');
      },
      { onError: 'skip' },
    );
    await assert.rejects(transformParallel(groupby(dataset, 'k'), fails as never, small), {
      code: 'ERR_GROUP_FAILED',
    });
    nothingIsLeft();
  });

  it('names the group of a result with too few rows', async () => {
    const fn = () => ({ y: [1] });
    // One worker: of two, either may come to its first group sooner.
    await assert.rejects(transformParallel(groupby(dataset, 'k'), fn as never, { ...small, nJobs: 1 }), {
      code: 'ERR_BAD_RESULT',
      key: 0,
    });
    nothingIsLeft();
  });

  it('checks a declared schema', async () => {
    const schema = new Schema([new Field('y', new Float64(), true)]);
    const result = await assertSame('k', (g) => ({ y: g.id }), { schema });
    assert.equal(String(result.schema.fields[0].type), 'Float64');
  });

  it('returns any kind of frame', async () => {
    const rows = (await transformParallel(groupby(dataset, 'k'), ((g: Group) => ({ y: g.id })) as never, {
      ...small,
      output: 'records',
    })) as unknown as { y: number }[];
    assert.ok(rows.every(({ y }, at) => y === at));
    assert.equal(rows.length, n);
  });

  it('writes files', async () => {
    const expected = await transformParallel(groupby(inMemory, 'text'), share as never, { input: 'columns' });
    for (const to of ['out.parquet', 'out.arrow']) {
      const written = await transformParallel(groupby(dataset, 'text'), share as never, {
        ...small,
        to: join(folder, to),
      });
      assertTablesEqual(await written.read(), expected as never);
      nothingIsLeft();
    }
    await assert.rejects(
      transformParallel(groupby(dataset, 'k'), share as never, { ...small, to: join(folder, 'out.arrow') }),
      { code: 'ERR_FILE_EXISTS' },
    );
    nothingIsLeft();
  });

  it('reads rows that a condition leaves', async () => {
    const some = await scan(join(folder, 'table.parquet'), { where: { id: { gte: 1500, lt: 9000 } } });
    const expected = await transformParallel(groupby(await some.read(), 'k'), share as never, {
      input: 'columns',
    });
    assertTablesEqual(
      (await transformParallel(groupby(some, 'k'), share as never, small)) as never,
      expected as never,
    );
    nothingIsLeft();
  });

  it('returns columns where there are no rows', async () => {
    const none = await scan(join(folder, 'table.parquet'), { where: { id: -1 } });
    const result = (await transformParallel(groupby(none, 'k'), share as never, small)) as unknown as Table;
    assert.deepEqual([result.numRows, result.numCols], [0, 7]);
  });

  it('keeps results in a cache, and reports', async () => {
    const cache = new Memory({ location: join(folder, 'cache') });
    const reports: Report[] = [];
    const report = (each: Report) => reports.push(each);
    const first = await assertSame('k', share, { cache, report });
    assertTablesEqual(await assertSame('k', share, { cache, report }), first);
    const last = reports.at(-1) as Report;
    assert.equal(last.groups, 97);
    assert.equal(last.rowsOut, n);
  });

  it('ends at once when it is aborted, and leaves nothing', async () => {
    const abort = new AbortController();
    const slow = async (g: Group, context: { readonly index: number }) => {
      if (context.index === 20) abort.abort();
      return { y: g.x };
    };
    await assert.rejects(
      transformParallel(groupby(dataset, 'k'), slow as never, {
        ...small,
        nJobs: 1,
        signal: abort.signal,
      }),
      { code: 'ERR_ABORTED' },
    );
    nothingIsLeft();
  });
});
