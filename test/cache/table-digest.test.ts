// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Data,
  DataType,
  Dictionary,
  Field,
  Int8,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby, hash, shareTable } from 'apply-parallel';
import * as danfo from 'danfojs-node';
import fc from 'fast-check';
import { foreignArrow } from '../support/foreign-arrow.js';
import { anyTable } from '../support/random-tables.js';

describe('hash of frames', () => {
  it('goes by content: cut, joined, copied or shared, a table stays the same', () => {
    fc.assert(
      fc.property(anyTable(), fc.nat(20), (table, at) => {
        // Of chunks whose ordered dictionaries contradict each other nobody can say what the order is.
        fc.pre(!table.schema.fields.some(({ type }) => isOrdered(type)));
        const digest = hash(table);
        const cut = Math.min(at, table.numRows);
        assert.equal(hash(shareTable(table)), digest, 'copied into one piece');
        if (table.numRows > 0) {
          assert.equal(hash(table.slice(0)), digest, `sliced whole ${table.schema}`);
          const joined = new Table(table.schema, [
            ...table.slice(0, cut).batches,
            ...table.slice(cut).batches,
          ]);
          assert.equal(hash(joined), digest, 'cut in two');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells tables apart that differ in a value, a name, a type or the order of columns', () => {
    const x = Float64Array.of(1, 2, 3);
    const digests = [
      tableFromArrays({ x }),
      tableFromArrays({ y: x }),
      tableFromArrays({ x: Float32Array.from(x) }),
      tableFromArrays({ x: Int32Array.from(x) }),
      tableFromArrays({ x: Float64Array.of(1, 2, 4) }),
      tableFromArrays({ x: Float64Array.of(1, 2) }),
      new Table({ x: vectorFromArray([1, 2, null]) }),
      new Table({ x: vectorFromArray([1, null, 3]) }),
      tableFromArrays({ x, y: x }),
      tableFromArrays({ x: new Float64Array(0) }),
      new Table({ x: vectorFromArray(['1', '2', '3'], new Utf8()) }),
      new Table({ x: vectorFromArray(['12', '', '3'], new Utf8()) }),
      new Table({ x: vectorFromArray(['1', '2', '3']) }),
    ].map(hash);
    assert.equal(new Set(digests).size, digests.length);
    const z = Float64Array.of(0, 0, 0);
    assert.notEqual(hash(tableFromArrays({ x, z })), hash(tableFromArrays({ z, x })));
  });

  it('tells strings of one length apart from others of the same bytes, however they are cut', () => {
    const table = (...values: string[]) => new Table({ x: vectorFromArray(values, new Utf8()) });
    const same = table('ab', 'cd', 'ef');
    const pieces = [table('-', 'ab').slice(1), table('cd', 'ef', '--').slice(0, 2)];
    assert.equal(hash(new Table(pieces[0].schema, [...pieces[0].batches, ...pieces[1].batches])), hash(same));
    const others = [same, table('abc', 'd', 'ef'), table('abcd', 'ef'), table('ab', 'cd', 'ef', ''), table()];
    assert.equal(new Set([...others, table(''), table('', '')].map(hash)).size, others.length + 2);
  });

  it('differs when any one value of any type does', () => {
    fc.assert(
      fc.property(anyTable({ minColumns: 1, maxColumns: 1 }), (table) => {
        fc.pre(table.numRows > 1);
        const first = table.slice(0, 1);
        const rest = table.slice(1);
        const [a, b] = [first, table.slice(table.numRows - 1)];
        const same =
          JSON.stringify(tableToIPC(shareTable(a)).join()) ===
          JSON.stringify(tableToIPC(shareTable(b)).join());
        if (same) assert.equal(hash(a), hash(b));
        assert.notEqual(hash(rest), hash(table));
      }),
    );
  });

  it('does not see what lies under nulls', () => {
    const column = (under: number) =>
      makeData({
        type: new Int32(),
        nullCount: 1,
        nullBitmap: Uint8Array.of(0b101),
        data: Int32Array.of(1, under, 3),
      });
    const table = (under: number) => tableOf(column(under));
    assert.equal(hash(table(0)), hash(table(99)));
    const text = (bytes: string, offsets: number[]) =>
      makeData({
        type: new Utf8(),
        nullCount: 1,
        nullBitmap: Uint8Array.of(0b101),
        valueOffsets: Int32Array.from(offsets),
        data: Buffer.from(bytes),
      });
    assert.equal(hash(tableOf(text('abghi', [0, 2, 2, 5]))), hash(tableOf(text('abXXghi', [0, 2, 4, 7]))));
    assert.notEqual(hash(tableOf(text('abghi', [0, 2, 2, 5]))), hash(tableOf(text('abghj', [0, 2, 2, 5]))));
    const struct = (under: number) => {
      const child = makeData({ type: new Int32(), data: Int32Array.of(1, under, 3) });
      const type = new Struct([new Field('s', new Int32(), true)]);
      return new Data(type, 0, 3, 1, [undefined, undefined, Uint8Array.of(0b101)] as never, [child]);
    };
    assert.equal(hash(tableOf(struct(0))), hash(tableOf(struct(99))));
  });

  it('does not see how a dictionary is sorted, or what of it is not used', () => {
    const coded = (words: string[], indices: number[], ordered = false) => {
      const type = new Dictionary(new Utf8(), new Int8(), null, ordered);
      return tableOf(
        makeData({ type, data: Int8Array.from(indices), dictionary: vectorFromArray(words, new Utf8()) }),
      );
    };
    const digest = hash(coded(['a', 'b'], [0, 1, 0]));
    assert.equal(hash(coded(['b', 'a'], [1, 0, 1])), digest);
    assert.equal(hash(coded(['x', 'b', 'y', 'a'], [3, 1, 3])), digest);
    assert.notEqual(hash(coded(['a', 'b'], [1, 0, 1])), digest);
    // The order of an ordered one says what is more than what.
    assert.notEqual(hash(coded(['a', 'b'], [0, 1], true)), hash(coded(['b', 'a'], [1, 0], true)));
  });

  it('does not mind which copy of apache-arrow a table is of', async () => {
    const foreign = await foreignArrow();
    const table = tableFromArrays({ x: Float64Array.of(1, 2), s: ['a', 'b'] });
    const other = foreign.tableFromIPC(tableToIPC(table));
    assert.equal(hash(other), hash(table));
    assert.equal(hash(other.getChild('s')), hash(table.getChild('s')));
    assert.equal(hash(tableFromIPC(tableToIPC(table, 'file'))), hash(table));
  });

  it('takes columns for what they hold, and frames inside of other data', async () => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });
    const columns = (await applyParallel(groupby(table, 's'), (group) => group, {
      nJobs: 1,
      output: 'columns',
    })) as {
      s: unknown;
    };
    const sorted = vectorFromArray(['a', 'a', 'b'], new Dictionary(new Utf8(), new Int32()));
    assert.equal(hash(columns.s), hash(sorted));
    assert.equal(hash({ t: [table] }), hash({ t: [shareTable(table)] }));
    assert.notEqual(hash({ t: [table] }), hash({ t: [table.slice(1)] }));
  });

  it('goes by values and labels for DataFrames', () => {
    const frame = () => new danfo.DataFrame({ a: [1, 2, 3], b: ['x', 'y', 'z'] });
    assert.equal(hash(frame()), hash(frame()));
    const labelled = frame();
    labelled.setIndex({ index: ['p', 'q', 'r'], inplace: true });
    assert.notEqual(hash(labelled), hash(frame()));
    assert.notEqual(hash(new danfo.DataFrame({ a: [1, 2, 4], b: ['x', 'y', 'z'] })), hash(frame()));
  });
});

function isOrdered(type: DataType): boolean {
  return DataType.isDictionary(type)
    ? type.isOrdered
    : (type.children ?? []).some((field: Field) => isOrdered(field.type));
}

function tableOf(data: Data): Table {
  const schema = new Schema([new Field('c', data.type, true)]);
  const rows = new Data(new Struct(schema.fields), 0, data.length, 0, [] as never, [data]);
  return new Table(schema, [new RecordBatch(schema, rows as Data<Struct>)]);
}
