import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Field,
  Int8,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { ApplyError, applyParallel, groupby, reduceMemory } from 'apply-parallel';
import { cellsOf, chunksOf } from '../support/cells.js';
import { Random, randomColumn, structData } from '../support/random-data.js';

const byKey = groupby([{ k: 'a' }, { k: 'b' }], 'k');
const hasCode = (code: string) => (error: unknown) => error instanceof ApplyError && error.code === code;

describe('two columns of one name', () => {
  const twins = (...[a, b]: (Int32 | Utf8)[]) => {
    const fields = [new Field('x', a, true), new Field('x', b, true), new Field('k', new Int32(), true)];
    const values = [a, b].map((type) => (type instanceof Utf8 ? ['u', 'v'] : [1, 2]));
    const children = [...values, [1, 2]].map(
      (column, k) => vectorFromArray(column, fields[k].type as Int32).data[0],
    );
    const rows = makeData({ type: new Struct(fields), length: 2, nullCount: 0, children });
    return new Table([new RecordBatch(new Schema(fields), rows)]);
  };

  it('are refused by name if they differ in type: apache-arrow reads them wrong', async () => {
    const table = twins(new Int32(), new Utf8());
    const named = (code: string) => (error: unknown) =>
      hasCode(code)(error) && /2 columns named 'x', of types Int32 and Utf8/.test((error as Error).message);
    assert.throws(() => groupby(table, 'k'), named('ERR_NOT_A_FRAME'));
    assert.throws(() => reduceMemory(table), named('ERR_NOT_A_FRAME'));
    const fn = () => twins(new Int32(), new Utf8());
    await assert.rejects(
      applyParallel(byKey, fn, { nJobs: 1 }),
      (error) => hasCode('ERR_BAD_RESULT')(error) && /columns named 'x'/.test((error as Error).message),
    );
  });

  it('stay as they are in reduceMemory', () => {
    const small = reduceMemory(twins(new Int32(), new Int32()));
    assert.deepEqual(small.schema.fields.map(String), ['x: Int32', 'x: Int32', 'k: Int8']);
  });

  it('are refused by name where other groups make their types differ', async () => {
    const table = twins(new Int32(), new Int32());
    const fn = (group: Table, { index }: { index: number }) => (index === 1 ? group : { x: [0.5] });
    await assert.rejects(
      applyParallel(groupby(table, 'k'), fn, { nJobs: 1 }),
      (error) => hasCode('ERR_SCHEMA_MISMATCH')(error) && /columns named 'x'/.test((error as Error).message),
    );
  });

  it('are refused by the columns form', async () => {
    const one = tableFromArrays({ k: ['a'], x: [1], y: [2] });
    const fields = one.schema.fields.map((field, i) => (i === 2 ? field.clone({ name: 'x' }) : field));
    const { children } = one.batches[0].data;
    const rows = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children });
    const twice = new Table([new RecordBatch(new Schema(fields), rows)]);
    await assert.rejects(
      applyParallel(groupby(twice, 'k'), (g) => g, { input: 'columns', nJobs: 1 }),
      hasCode('ERR_SCHEMA_MISMATCH'),
    );
  });

  it('come back as they are', async () => {
    const [data] = randomColumn(new Int8(), [4], new Random(2), 3);
    const fields = [new Field('x', data.type, true), new Field('x', data.type, true)];
    const schema = new Schema(fields);
    const table = new Table(schema, [new RecordBatch(schema, structData(fields, 4, [data, data]))]);
    const result = await applyParallel(groupby(table, [1, 1, 1, 1]), (group) => group, { nJobs: 2 });
    assert.deepEqual(cellsOf(chunksOf(result, 1)), cellsOf([data]));
  });
});
