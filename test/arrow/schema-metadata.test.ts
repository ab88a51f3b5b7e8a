import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Binary, Field, Float64, Int32, Int64, Schema, Utf8 } from 'apache-arrow';
import { deriveSchema, withType } from '#dist/arrow/index.js';

const column = (name: string, numpy: string, more: object = {}) => ({
  name,
  field_name: name,
  pandas_type: numpy,
  numpy_type: numpy,
  metadata: null,
  ...more,
});
const text = { name: null, field_name: null, pandas_type: 'unicode', numpy_type: 'str', metadata: null };
const range = { kind: 'range', name: null, start: 0, stop: 3, step: 1 };
const pandas = (given: object) =>
  JSON.stringify({
    index_columns: [range],
    column_indexes: [text],
    columns: [],
    creator: { library: 'pyarrow' },
    ...given,
  });

const n = new Field('n', new Int64(), true);
const k = new Field('k', new Utf8(), true);
const id = new Field('id', new Int64(), true);
const as = (key: string, value: string, fields: Field[] = [k, n, id]) =>
  new Schema(
    fields,
    new Map([
      [key, value],
      ['mine', 'stays'],
    ]),
  );
const told = (schema: Schema, key = 'pandas') => JSON.parse(schema.metadata.get(key) ?? 'null');

describe('the metadata of pandas', () => {
  const before = as(
    'pandas',
    pandas({
      columns: [column('k', 'str'), column('n', 'Int64'), column('id', 'int64')],
      attributes: { unit: 'm' },
    }),
  );

  it('loses the columns that have another type, or are gone, and the range of the rows', () => {
    const after = deriveSchema(before, [
      k,
      new Field('n', new Float64(), true),
      new Field('new', new Int32(), true),
    ]);
    assert.deepEqual(told(after), {
      index_columns: [],
      column_indexes: [text],
      columns: [column('k', 'str')],
      creator: { library: 'pyarrow' },
      attributes: { unit: 'm' },
    });
    assert.equal(after.metadata.get('mine'), 'stays');
    assert.deepEqual(told(before).columns.length, 3);
  });

  it('keeps the range where the rows are the same, and index columns that are still there', () => {
    assert.deepEqual(told(deriveSchema(before, [k, n], 'rows')).index_columns, [range]);
    const indexed = as('pandas', pandas({ index_columns: ['id', 'n'], columns: [column('id', 'int64')] }));
    assert.deepEqual(told(deriveSchema(indexed, [k, id])).index_columns, ['id']);
    const smaller = deriveSchema(indexed, [k, new Field('id', new Int32())]);
    assert.deepEqual(told(smaller).columns, [column('id', 'int32')]);
    assert.deepEqual(told(smaller).index_columns, ['id']);
    assert.equal(deriveSchema(indexed, [k, new Field('id', new Utf8())]).metadata.has('pandas'), false);
  });

  it('goes where nothing of it is true any more, where it is broken, and where names are no text', () => {
    assert.equal(deriveSchema(before, [new Field('x', new Int32())]).metadata.has('pandas'), false);
    for (const broken of ['{', '[]', '5', 'null', '{"columns": {}}']) {
      assert.equal(deriveSchema(as('pandas', broken), [k]).metadata.has('pandas'), false, broken);
    }
    const numbers = pandas({
      column_indexes: [{ ...text, pandas_type: 'int64' }],
      columns: [column('1', 'int64')],
    });
    const one = new Field('1', new Int64());
    const numbered = as('pandas', numbers, [one]);
    assert.equal(deriveSchema(numbered, [one, k]).metadata.has('pandas'), false);
    assert.equal(deriveSchema(numbered, [one]).metadata.has('pandas'), true);
  });
});

describe('the metadata of GeoParquet', () => {
  const place = new Field('place', new Binary(), true);
  const border = new Field('border', new Binary(), true);
  const described = { encoding: 'WKB', geometry_types: ['Point'], crs: { id: 4326 }, bbox: [0, 0, 9, 9] };
  const before = as(
    'geo',
    JSON.stringify({
      version: '1.1.0',
      primary_column: 'place',
      columns: { place: described, border: { ...described, covering: { bbox: {} } } },
    }),
    [k, place, border],
  );
  const plain = { encoding: 'WKB', geometry_types: [], crs: { id: 4326 } };

  it('keeps the columns that are there, without what the values tell', () => {
    assert.deepEqual(told(deriveSchema(before, [k, border]), 'geo'), {
      version: '1.1.0',
      primary_column: 'border',
      columns: { border: plain },
    });
    assert.deepEqual(told(deriveSchema(before, [k, place], 'values'), 'geo').columns, { place: described });
  });

  it('goes with its last column', () => {
    assert.equal(deriveSchema(before, [k]).metadata.has('geo'), false);
    assert.equal(deriveSchema(before, [new Field('place', new Utf8())]).metadata.has('geo'), false);
  });
});

describe('other metadata', () => {
  it('that lists all columns stays only while they are the same', () => {
    for (const key of ['org.apache.spark.sql.parquet.row.metadata', 'huggingface', 'iceberg.schema']) {
      const before = as(key, '{}');
      assert.equal(deriveSchema(before, [k, n, id]).metadata.get(key), '{}');
      assert.equal(deriveSchema(before, [k, n]).metadata.has(key), false);
      assert.equal(deriveSchema(before, [n, k, id]).metadata.has(key), false);
    }
  });

  it('of an extension type stays with the type that stores it', () => {
    const metadata = new Map([
      ['ARROW:extension:name', 'arrow.uuid'],
      ['ARROW:extension:metadata', ''],
      ['unit', 'm'],
    ]);
    const field = new Field('u', new Binary(), true, metadata);
    assert.deepEqual(withType(field, new Binary()).metadata, metadata);
    assert.deepEqual(withType(field, new Utf8()).metadata, new Map([['unit', 'm']]));
  });
});
