import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Int32,
  List,
  makeVector,
  Struct,
  Table,
  TimeMillisecond,
  TimestampNanosecond,
  tableFromArrays,
  tableFromIPC,
  Uint8,
  Uint32,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { MAX_UPLOAD, prepareUpload, storedTable } from '#dist/cluster/upload.js';

const words = new Dictionary(new Utf8(), new Int32());

describe('a table for upload', () => {
  it('has its columns in the types in which they are stored, bit for bit', () => {
    const cases: [Vector, string, unknown[]][] = [
      [vectorFromArray([1, null, 255], new Uint8()), 'Int8', [1, null, -1]],
      [vectorFromArray([2 ** 32 - 1, null], new Uint32()), 'Int32', [-1, null]],
      [vectorFromArray([2n ** 64n - 2n], new Uint64()), 'Int64', [-2n]],
      [vectorFromArray([1.5], new Float16()), 'Int16', [0x3e00]],
      [vectorFromArray(['a', null, 'b', 'a'], words), 'Utf8', ['a', null, 'b', 'a']],
      [
        makeVector({ type: new TimestampNanosecond('UTC'), data: BigInt64Array.of(1n, -1n) } as never),
        'Int64',
        [1n, -1n],
      ],
      [vectorFromArray([1], new TimeMillisecond()), 'Int32', [1]],
      [vectorFromArray([Uint8Array.of(1, 2)], new FixedSizeBinary(2)), 'Binary', [Uint8Array.of(1, 2)]],
      [vectorFromArray([true, null, false]), 'Bool', [true, null, false]],
      [vectorFromArray([new Date(86_400_000)]), 'Int64', [86_400_000n]],
    ];
    for (const [vector, type, values] of cases) {
      const column = storedTable(new Table({ x: vector })).getChildAt(0) as Vector;
      assert.equal(String(column.type), type);
      assert.deepEqual([...column], values, type);
    }
  });

  it('changes what lies in lists and structs, and keeps slices', () => {
    const list = vectorFromArray([[1], [2, 3], null], new List(new Field('item', new Uint32(), true)));
    const pair = vectorFromArray([[1, 2]], new FixedSizeList(2, new Field('item', new Uint8(), true)));
    const inside = new Struct<{ w: typeof words }>([new Field('w', words, true)]);
    const struct = vectorFromArray([{ w: 'a' }, { w: 'b' }], inside);
    const type = (vector: Vector) => String(storedTable(new Table({ x: vector })).schema.fields[0].type);
    assert.equal(type(list), 'List<Int32>');
    assert.equal(type(pair), 'List<Int8>');
    assert.equal(type(struct as never), 'Struct<{w:Utf8}>');
    const sliced = storedTable(
      tableFromArrays({ x: Uint8Array.from({ length: 40 }, (_, i) => i) }).slice(11, 14),
    );
    assert.deepEqual([...(sliced.getChild('x') ?? [])], [11, 12, 13]);
    const nulls = new Table({ x: vectorFromArray([0, null, 2, 3, null, 5, 6, 7, 8, null, 10], new Uint8()) });
    const { relation } = prepareUpload(nulls.slice(3, 11), true);
    assert.deepEqual(
      [...(tableFromIPC(dataIn(relation)).getChildAt(0) ?? [])],
      [3, null, 5, 6, 7, 8, null, 10],
    );
  });

  it('is a part of the plan while it is small', () => {
    const { relation, artifacts } = prepareUpload(tableFromArrays({ x: Int32Array.of(1, 2) }), true);
    assert.equal(artifacts.length, 0);
    assert.deepEqual(
      tableFromIPC(dataIn(relation))
        .toArray()
        .map(({ x }) => x),
      [1, 2],
    );
  });

  it('without rows keeps its columns', () => {
    const { relation } = prepareUpload(tableFromArrays({ x: new Int32Array(), w: new Float64Array() }), true);
    const table = tableFromIPC(dataIn(relation));
    assert.deepEqual(table.schema.names, ['x', 'w']);
    assert.equal(table.numRows, 0);
  });

  it('goes to the cache in pieces that are named by their content', () => {
    const table = tableFromArrays({ x: Float64Array.from({ length: 3_000_000 }, (_, i) => i) });
    const { relation, artifacts } = prepareUpload(table, true);
    assert.equal(artifacts.length, 3);
    for (const { name, bytes } of artifacts) {
      assert.equal(name, `cache/${createHash('sha256').update(bytes).digest('hex')}`);
    }
    const { dataHashes } = valueIn(relation) as { dataHashes: string[] };
    assert.deepEqual(
      dataHashes,
      artifacts.map(({ name }) => name.slice(6)),
    );
    const values = artifacts.flatMap(({ bytes }) => [...(tableFromIPC(bytes).getChild('x') ?? [])]);
    assert.ok(values.every((value, i) => value === i) && values.length === 3_000_000);
    const whole = prepareUpload(table, false);
    assert.equal(whole.artifacts.length, 1);
    assert.deepEqual(valueIn(whole.relation), { hash: whole.artifacts[0].name.slice(6) });
  });

  it('that is too large names files as the way', () => {
    const table = tableFromArrays({ x: new Float64Array(MAX_UPLOAD / 8 + 1) });
    assert.throws(() => prepareUpload(table, true), {
      code: 'ERR_CLUSTER',
      message: /64 MB.*Parquet where the executors can read it.*cluster\.read/,
    });
  });
});

const valueIn = (relation: { relType?: unknown }) => (relation.relType as { value: unknown }).value;
const dataIn = (relation: object) => (valueIn(relation) as { data: Uint8Array }).data;
