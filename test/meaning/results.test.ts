import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  Null,
  RecordBatch,
  Schema,
  Table,
  TimestampMicrosecond,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { type ApplyOptions, applyParallel, groupby, shutdown } from 'apply-parallel';
import { category, frameOf, joined, refused, resultsOf, typesOf, values } from '../support/meaning.js';

/*
 * The table of docs/meaning.md, row by row, by way of the front door. Every type and shape is in
 * test/combine, test/split, test/oracle.
 */

after(() => shutdown());

describe('empty results', () => {
  const none = new Float64Array(0);

  test('are dropped: null, undefined, [], {}, no rows; their columns too', async () => {
    const out = await resultsOf([null, { extra: [] }, { y: Float64Array.of(1) }, {}]);
    assert.deepEqual(typesOf(out), ['y: Float64']);
    assert.equal(out.numRows, 1);
  });

  test('all of them: the declared schema, else the columns of the first that has any, else the input’s', async () => {
    const empties = [null, { first: none }, { second: none }];
    const declared = new Schema([new Field('d', new Int32(), true)]);
    assert.deepEqual(typesOf(await resultsOf(empties, { schema: declared })), ['d: Int32']);
    assert.deepEqual(typesOf(await resultsOf(empties)), ['first: Float64']);
    assert.deepEqual(typesOf(await resultsOf([null, null])), ['k: Int32']);
  });

  test('no group at all: the input’s columns, or the declared ones', async () => {
    const frame = frameOf({ k: vectorFromArray([null, null], new Utf8()), x: Int16Array.of(1, 2) });
    const run = (options: ApplyOptions) =>
      applyParallel(groupby(frame, 'k'), (group: Table) => group, options);
    assert.deepEqual(typesOf(await run({})), ['k: Utf8', 'x: Int16']);
    assert.equal((await run({})).numRows, 0);
    const schema = new Schema([new Field('z', new Utf8(), true)]);
    assert.deepEqual(typesOf(await run({ schema })), ['z: Utf8']);
  });
});

test('different columns: the union by name, in order of first appearance; missing cells are null', async () => {
  const out = await resultsOf([
    { a: Int32Array.of(1), b: ['x'] },
    { c: [true], a: Int32Array.of(2) },
    { b: ['y'], c: [false] },
  ]);
  assert.deepEqual(typesOf(out), ['a: Int32', 'b: Utf8', 'c: Bool']);
  assert.deepEqual(values(out, 'a'), [1, 2, null]);
  assert.deepEqual(values(out, 'b'), ['x', null, 'y']);
  assert.deepEqual(values(out, 'c'), [null, true, false]);
});

describe('different types', () => {
  test('int32 and int64 are int64', async () => {
    const both = await joined(Int32Array.of(-1), BigInt64Array.of(2n ** 60n));
    assert.deepEqual(both, { type: 'Int64', values: [-1n, 2n ** 60n] });
  });

  test('int and float are float64, whatever their widths', async () => {
    for (const [ints, floats] of [
      [Int16Array.of(3), Float32Array.of(0.5)],
      [Uint8Array.of(3), Float64Array.of(0.5)],
      [BigInt64Array.of(3n), Float32Array.of(0.5)],
    ]) {
      assert.deepEqual(await joined(ints, floats), { type: 'Float64', values: [3, 0.5] });
      assert.deepEqual(await joined(floats, ints), { type: 'Float64', values: [0.5, 3] });
    }
  });

  test('utf8 and dictionary are utf8, large where one is', async () => {
    const words = category(['a', null]);
    assert.deepEqual(await joined(words, ['b']), { type: 'Utf8', values: ['a', null, 'b'] });
    const large = vectorFromArray(['b'], new LargeUtf8());
    assert.deepEqual(await joined(large, words), { type: 'LargeUtf8', values: ['b', 'a', null] });
    const long = 'a value of more than sixteen bytes';
    assert.deepEqual((await joined(category([long, 'é', null, long]), ['c'])).values, [
      long,
      'é',
      null,
      long,
      'c',
    ]);
  });

  test('a dictionary of numbers and plain numbers are numbers', async () => {
    const codes = vectorFromArray([7, null, 7], new Dictionary(new Int16(), new Int8()));
    assert.deepEqual(await joined(codes, Int32Array.of(70_000)), {
      type: 'Int32',
      values: [7, null, 7, 70_000],
    });
  });

  test('dates and timestamps are timestamps', async () => {
    const day = vectorFromArray([new Date('1969-12-31'), null], new DateDay());
    const time = vectorFromArray([1500], new TimestampMicrosecond());
    const both = await joined(day, time);
    assert.deepEqual(both, { type: 'Timestamp<MICROSECOND>', values: [-86_400_000, null, 1500] });
  });

  test('string with number: an error that names the column and both groups', async () => {
    const message = /column 'y' is Utf8 in the result of group 1 and Float64 in that of group 2/;
    await refused([{ x: [1] }, { y: ['a'] }, { y: [1] }, { y: ['b'] }], message);
  });

  test('int64 with uint64: the same error, since nothing holds both; with a float as well, float64', async () => {
    const [int, uint, float] = [BigInt64Array.of(-1n), BigUint64Array.of(2n ** 63n), Float32Array.of(0.5)];
    await refused(
      [{ y: int }, { y: uint }],
      /'y' is Int64 in the result of group 0 and Uint64 in that of group 1/,
    );
    for (const order of [
      [int, uint, float],
      [float, uint, int],
      [uint, int, float],
    ]) {
      const { type, values } = await joined(...order);
      assert.equal(type, 'Float64');
      assert.deepEqual([...values].sort(), [-1, 0.5, 2 ** 63]);
    }
  });
});

describe('a column all null in one group', () => {
  test('takes the type the other groups give it, whichever comes first', async () => {
    assert.deepEqual(await joined([null], Int16Array.of(5), [null]), {
      type: 'Int16',
      values: [null, 5, null],
    });
    assert.equal((await joined([null], ['a'])).type, 'Utf8');
    assert.equal((await joined(category(['a']), [null])).type, 'Dictionary<Int8, Utf8>');
  });

  test('in every group is of the null type', async () => {
    assert.deepEqual(await joined([null], [undefined]), { type: String(new Null()), values: [null, null] });
  });
});

describe('dictionaries', () => {
  test('that differ become one, each value once', async () => {
    const out = await resultsOf([{ y: category(['a', 'b', null]) }, { y: category(['b', 'c']) }]);
    assert.deepEqual(values(out, 'y'), ['a', 'b', null, 'b', 'c']);
    const dictionaries = new Set(out.batches.map((batch) => batch.data.children[0].dictionary));
    assert.equal(dictionaries.size, 1);
    assert.deepEqual([...([...dictionaries][0] ?? [])], ['a', 'b', 'c']);
  });

  test('get wider indices where a group has them, or where there are too many values', async () => {
    assert.equal(
      (await joined(category(['a']), category(['b'], new Int32()))).type,
      'Dictionary<Int32, Utf8>',
    );
    const many = (from: number) => category(Array.from({ length: 100 }, (_, k) => `v${from + k}`));
    const both = await joined(many(0), many(100));
    assert.equal(both.type, 'Dictionary<Int32, Utf8>');
    assert.equal(both.values[199], 'v199');
  });
});

test('the index is 0 … n-1: rows are numbered anew, and none has a name of its own', async () => {
  const out = await resultsOf([{ y: [1, 2] }, { y: [3] }]);
  assert.deepEqual([out.numRows, out.get(2)?.y], [3, 3]);
  assert.deepEqual(out.schema.names, ['y']);
});

describe('a declared schema', () => {
  const schema = new Schema([new Field('n', new Int64(), false), new Field('s', new Utf8(), true)]);

  test('gives its columns in its order and types; those a result lacks are null', async () => {
    const out = await resultsOf([{ s: category(['a']), n: Int8Array.of(1) }, { n: BigInt64Array.of(2n) }], {
      schema,
    });
    assert.deepEqual(typesOf(out), ['n: Int64', 's: Utf8']);
    assert.deepEqual(values(out, 'n'), [1n, 2n]);
    assert.deepEqual(values(out, 's'), ['a', null]);
  });

  for (const backend of ['inline', 'threads'] as const) {
    const options = { schema, backend, nJobs: 2 };
    const good = { n: BigInt64Array.of(1n) };
    test(`is checked for every group; the error names the group and the column (${backend})`, async () => {
      await refused(
        [good, { n: Float64Array.of(1) }],
        /group 1.*column 'n' is Float64, declared is Int64/s,
        options,
      );
      await refused([good, { ...good, x: [1] }], /group 1.*column 'x'.*not/s, options);
      await refused([good, good, { s: ['a'] }], /group 2.*no column 'n'/s, options);
      const nulls = vectorFromArray([1n, null], new Int64());
      await refused([good, { n: nulls }], /group 1.*column 'n' has nulls/s, options);
      await refused([good, { n: vectorFromArray([1n], new Uint64()) }], /group 1.*'n' is Uint64/s, options);
    });
  }
});

test('frames of an iterable keep the metadata each has, and its columns the type they have together', async () => {
  const frame = (unit: string, x: Float64Array) => {
    const [{ data }] = frameOf({ x }).batches;
    const schema = new Schema(
      [new Field('x', new Float64(), true, new Map([['unit', unit]]))],
      new Map([['file', unit]]),
    );
    return new Table(schema, [new RecordBatch(schema, data)]);
  };
  const frames = [
    frame('m', Float64Array.of(1)),
    frame('km', Float64Array.of(2)),
    frame('m', Float64Array.of(3)),
  ];
  for (const nJobs of [1, 2]) {
    const out = await applyParallel(
      frames,
      (group: Table) => ({
        unit: [group.schema.fields[0].metadata.get('unit')],
        file: [group.schema.metadata.get('file')],
      }),
      { nJobs },
    );
    assert.deepEqual(values(out, 'unit'), ['m', 'km', 'm']);
    assert.deepEqual(values(out, 'file'), ['m', 'km', 'm']);
    assert.deepEqual(values(await applyParallel(frames, (group: Table) => group, { nJobs }), 'x'), [1, 2, 3]);
  }
});
