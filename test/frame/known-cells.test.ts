// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Duration,
  Field,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  makeData,
  Schema,
  Struct,
  Table,
  Time,
  Timestamp,
  TimeUnit,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby, Memory } from 'apply-parallel';
import { DataFrame, merge } from 'danfojs-node';
import { cellsOf, chunksOf } from '../support/cells.js';

/** Decimals of two digits behind the point. */
function decimals(values: readonly number[]) {
  const words = new Uint32Array(values.length * 4);
  values.forEach((value, i) => {
    words[i * 4] = value * 100;
  });
  return makeData({ type: new Decimal(2, 10, 128), length: values.length, data: words });
}

const vectors = (type: DataType, values: readonly unknown[]) => vectorFromArray(values, type).data[0];

const columns = {
  decimal: decimals([1.25, 2.5, 3, 4.75]),
  int8: vectors(new Int8(), [1, 2, 3, 4]),
  int32: vectors(new Int32(), [1, 2, 3, 4]),
  int64: vectors(new Int64(), [1n, 2n, 3n, 2n ** 40n]),
  uint64: vectors(new Uint64(), [1n, 2n, 3n, 2n ** 40n]),
  float16: vectors(new Float16(), [0.5, 1, 2, 3.5]),
  float32: vectors(new Float32(), [0.5, 1, 2, 3.5]),
  float64: vectors(new Float64(), [0.5, 1, 2, Number.NaN]),
  utf8: vectors(new Utf8(), ['a', 'b', 'c', null]),
  largeUtf8: vectors(new LargeUtf8(), ['a', 'b', 'c', 'd']),
  dictionary: vectors(new Dictionary(new Utf8(), new Int32()), ['a', 'b', 'a', 'b']),
  time: vectors(new Time(TimeUnit.MICROSECOND, 64), [1n, 2n, 2n ** 34n, 2n ** 35n]),
  duration: vectors(new Duration(TimeUnit.MICROSECOND), [1n, 2n, 2n ** 34n, 2n ** 35n]),
  timestamp: vectors(new Timestamp(TimeUnit.MICROSECOND), [1, 2, 3, 4]),
  date: vectors(
    new DateDay(),
    [1, 2, 3, 4].map((day) => new Date(day * 86_400_000)),
  ),
};

/** Two groups of two rows. */
const tableOf = (data: (typeof columns)[keyof typeof columns]) => {
  const key = vectorFromArray([0, 0, 1, 1], new Int32()).data[0];
  const fields = [new Field('key', key.type, true), new Field('x', data.type, true)];
  const rows = makeData({ type: new Struct(fields), length: 4, children: [key, data] });
  return new Table(new Schema(fields), rows as never);
};

describe('a column that some functions of danfojs hand back, and others do not', () => {
  for (const [name, data] of Object.entries(columns)) {
    it(`has one type in the end: ${name}`, async () => {
      const table = tableOf(data);
      const whole = await applyParallel(groupby(table, 'key'), (df) => df as DataFrame, {
        input: 'danfo',
        nJobs: 1,
      });
      const part = await applyParallel(
        groupby(table, 'key'),
        (df, { index }) => (index === 0 ? df : (df as DataFrame).iloc({ rows: [0] })) as DataFrame,
        { input: 'danfo', nJobs: 1 },
      );
      assert.equal(part.numRows, 3);
      const read = (out: Table) => cellsOf(chunksOf(out, out.schema.names.indexOf('x')));
      assert.equal(String(part.getChild('x')?.type), String(whole.getChild('x')?.type));
      assert.deepEqual(read(part), read(whole).slice(0, 3));
    });
  }

  describe('NaN alone in one group', () => {
    const frame = new DataFrame({ k: ['a', 'b'], item: [1, 7] });
    const day = new Date(5);
    const names = new DataFrame([[1, 'tea', true, day, 2.5]], {
      columns: ['item', 'name', 'bio', 'day', 'price'],
    });
    const look = (g: DataFrame) =>
      merge({ left: g, right: names, on: ['item'], how: 'left' }).drop({ columns: ['k'] }) as DataFrame;
    const found = [1, 'tea', true, day, 2.5];

    it('is nothing where others have strings, booleans or Dates, and NaN among numbers', async () => {
      const location = await mkdtemp(join(tmpdir(), 'apply-parallel-'));
      const cache = new Memory({ location, verbose: 0 });
      for (const options of [{ nJobs: 1 }, { nJobs: 2 }, { nJobs: 1, cache }, { nJobs: 1, cache }]) {
        const out = await applyParallel(groupby(frame, 'k'), look, options);
        assert.deepEqual(out.values, [found, [7, null, null, null, Number.NaN]]);
        assert.deepEqual(out.dtypes, ['int32', 'string', 'boolean', 'datetime', 'float32']);
      }
      await rm(location, { recursive: true });
    });

    it('stays NaN where no group has anything else', async () => {
      const others = new DataFrame({ k: ['a', 'b'], item: [8, 7] });
      const out = await applyParallel(groupby(others, 'k'), look, { nJobs: 1 });
      const nothing = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
      assert.deepEqual(out.values, [
        [8, ...nothing],
        [7, ...nothing],
      ]);
    });

    it('fits into what is declared, and is no string of an object of columns', async () => {
      const schema = new Schema([
        new Field('item', new Int32(), true),
        new Field('name', new Utf8(), true),
        new Field('price', new Float64(), true),
      ]);
      const some = (g: DataFrame) => look(g).loc({ columns: ['item', 'name', 'price'] }) as DataFrame;
      const out = await applyParallel(groupby(frame, 'k'), some, { schema, nJobs: 1 });
      assert.deepEqual(out.values, [
        [1, 'tea', 2.5],
        [7, null, Number.NaN],
      ]);
      const columns = (g: DataFrame) => ({
        name: g.shape[0] && g.item.values[0] === 1 ? ['tea'] : [Number.NaN],
      });
      await assert.rejects(applyParallel(groupby(frame, 'k'), columns, { nJobs: 1 }), {
        code: 'ERR_SCHEMA_MISMATCH',
      });
    });
  });

  it('numbers made of bigints stay numbers', async () => {
    const frame = new DataFrame(
      [
        ['a', 1n],
        ['b', 2n],
      ],
      { columns: ['k', 'n'] },
    );
    for (const dtype of ['float32', 'int32'] as const) {
      const out = await applyParallel(groupby(frame, 'k'), (g) => g.asType('n', dtype) as DataFrame, {
        nJobs: 1,
      });
      assert.deepEqual(
        [out.column('n').values, out.dtypes],
        [
          [1, 2],
          ['string', dtype],
        ],
      );
    }
    const kept = await applyParallel(groupby(frame, 'k'), (g) => g.head(1) as DataFrame, { nJobs: 1 });
    assert.deepEqual(kept.values, frame.values);
  });

  it('fits into the type that was declared', async () => {
    const schema = new Schema([new Field('key', new Int32(), true), new Field('x', new Int32(), true)]);
    const table = tableOf(vectors(new Int64(), [1n, 2n, 3n, 4n]));
    const out = await applyParallel(groupby(table, 'key'), (df) => df as DataFrame, {
      input: 'danfo',
      schema,
      nJobs: 1,
    });
    assert.deepEqual([...(out.getChild('x') ?? [])], [1, 2, 3, 4]);
  });
});
