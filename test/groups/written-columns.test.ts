import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  Bool,
  type DataType,
  DateMillisecond,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  Schema,
  Table,
  TimestampNanosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { groupby, shutdown, transformParallel } from 'apply-parallel';
import { values } from '../support/meaning.js';

after(() => shutdown());

const n = 5_000;
const keys = Array.from({ length: n }, (_, row) => (row % 11 === 3 ? null : (row * 31) % 97));
const row = Int32Array.from({ length: n }, (_, at) => at);
const frame = { key: vectorFromArray(keys, new Int32()), row };
type Group = { row: Int32Array };
type Context = { key: number; index: number };

const ways = [{ nJobs: 2 }, { nJobs: 1 }, { backend: 'async' as const }];
/** The rows that have a key, as a function of them gives its values. */
const byRow = <T>(of: (at: number) => T): (T | null)[] =>
  keys.map((key, at) => (key === null ? null : of(at)));
const run = async (fn: (group: Group, context: Context) => unknown, options: object): Promise<Table> =>
  (await transformParallel(groupby(frame, 'key') as never, fn as never, {
    output: 'arrow',
    ...options,
  })) as Table;
const bufferOf = (table: Table, name: string): unknown => table.getChild(name)?.data[0].values.buffer;

for (const way of ways) {
  describe(`results written to their rows with ${JSON.stringify(way)}`, () => {
    it('are all where they belong, in one memory', async () => {
      const out = await run(
        ({ row }) => ({
          float: Float64Array.from(row, (at) => at / 3),
          int: row.map((at) => 2 * at),
          big: BigInt64Array.from(row, (at) => BigInt(at) << 33n),
          byte: Uint8Array.from(row),
        }),
        way,
      );
      assert.deepEqual(
        values(out, 'float'),
        byRow((at) => at / 3),
      );
      assert.deepEqual(
        values(out, 'int'),
        byRow((at) => 2 * at),
      );
      assert.deepEqual(
        values(out, 'big'),
        byRow((at) => BigInt(at) << 33n),
      );
      assert.deepEqual(
        values(out, 'byte'),
        byRow((at) => at & 255),
      );
      assert.equal(bufferOf(out, 'float'), bufferOf(out, 'byte'));
    });

    it('have their nulls, booleans and times', async () => {
      const columns: readonly (readonly [string, DataType, (at: number) => unknown])[] = [
        ['flag', new Bool(), (at) => (at % 7 === 0 ? null : at % 2 === 0)],
        ['date', new DateMillisecond(), (at) => (at > 4_000 ? new Date(at * 1e6) : null)],
        ['time', new TimestampNanosecond(), (at) => at * 1e6],
        ['tiny', new Int8(), (at) => (at % 97 === 5 ? null : at % 100)],
      ];
      const out = await transformParallel(
        groupby(new Table({ key: frame.key, row: vectorFromArray(row) }), 'key'),
        async (group: Table) => {
          const at = group.getChild('row')?.toArray() as Int32Array;
          const { Table, vectorFromArray } = await import('apache-arrow');
          return new Table(
            Object.fromEntries(
              columns.map(([name, type, of]) => [name, vectorFromArray(Array.from(at, of) as never[], type)]),
            ) as never,
          );
        },
        way,
      );
      for (const [name, type, of] of columns) {
        assert.deepEqual(
          values(out as unknown as Table, name),
          [...vectorFromArray(byRow(of) as never[], type)],
          name,
        );
      }
    });

    it('are joined where groups differ in their types or columns, beside text', async () => {
      const out = await run(
        ({ row }, { key }) => ({
          mixed: key % 2 === 0 ? row.map((at) => at) : Float64Array.from(row, (at) => at / 2),
          ...(key % 3 === 0 ? { some: row.map((at) => 1 - at) } : {}),
          text: Array.from(row, (at) => `row ${at}`),
          same: row.map((at) => at + 1),
        }),
        way,
      );
      assert.ok(out.getChild('mixed')?.type instanceof Float64);
      assert.deepEqual(
        values(out, 'mixed'),
        byRow((at) => ((keys[at] as number) % 2 === 0 ? at : at / 2)),
      );
      assert.deepEqual(
        values(out, 'some'),
        byRow((at) => ((keys[at] as number) % 3 === 0 ? 1 - at : null)),
      );
      assert.deepEqual(
        values(out, 'text'),
        byRow((at) => `row ${at}`),
      );
      assert.deepEqual(
        values(out, 'same'),
        byRow((at) => at + 1),
      );
      assert.deepEqual(
        out.schema.fields.map(({ name }) => name),
        ['mixed', 'some', 'text', 'same'],
      );
    });

    it('may be more columns than there is memory for', async () => {
      const names = Array.from({ length: 40 }, (_, k) => `c${k}`);
      const out = await run(
        ({ row }) => Object.fromEntries(names.map((name, k) => [name, row.map((at) => at * k)])),
        way,
      );
      for (const [k, name] of names.entries()) {
        assert.deepEqual(
          values(out, name),
          byRow((at) => at * k),
        );
      }
    });

    it('are null for groups that are skipped, and those of onError for others', async () => {
      const fail = ({ row }: Group, { key }: Context) => {
        if (key % 5 === 0) throw new Error('no');
        return { twice: row.map((at) => 2 * at), half: Float64Array.from(row, (at) => at / 2) };
      };
      const skipped = await run(fail, { ...way, onError: 'skip' });
      const isFailed = (at: number) => (keys[at] as number) % 5 === 0;
      assert.deepEqual(
        values(skipped, 'twice'),
        byRow((at) => (isFailed(at) ? null : 2 * at)),
      );
      const replaced = await run(fail, {
        ...way,
        onError: ({ key }: { key: number }) => {
          const length = keys.filter((other) => other === key).length;
          return { twice: new Int32Array(length).fill(-1), half: new Float64Array(length).fill(-2) };
        },
      });
      assert.deepEqual(
        values(replaced, 'half'),
        byRow((at) => (isFailed(at) ? -2 : at / 2)),
      );
      assert.equal(bufferOf(replaced, 'half'), bufferOf(replaced, 'twice'));
    });

    it('keep to a declared schema', async () => {
      const schema = new Schema([new Field('v', new Int64(), true), new Field('t', new Utf8(), true)]);
      const out = await run(({ row }) => ({ t: Array.from(row, String), v: row.map((at) => at) }), {
        ...way,
        schema,
      });
      assert.deepEqual(
        values(out, 'v'),
        byRow((at) => BigInt(at)),
      );
      assert.deepEqual(out.schema.fields.map(String), schema.fields.map(String));
    });
  });
}

describe('results written to their rows', () => {
  it('stay as the last attempt of a group left them', async () => {
    const tries = new Int32Array(new SharedArrayBuffer(4));
    const out = await run(
      ({ row }, { key }) => {
        const isLost = key === 13 && Atomics.add(tries, 0, 1) < 2;
        if (isLost) process.exit();
        const some = Array.from(row, (at) => (Atomics.load(tries, 0) < 2 && at % 2 === 0 ? null : at));
        return { v: some, w: row.map((at) => at) };
      },
      { nJobs: 2, retries: 3, batchSize: 30 },
    );
    assert.deepEqual(
      values(out, 'w'),
      byRow((at) => at),
    );
    const seen = values(out, 'v') as (number | null)[];
    assert.ok(byRow((at) => at).every((at, k) => seen[k] === at || (seen[k] === null && k % 2 === 0)));
  });

  it('may have two columns of one name', async () => {
    const table = new Table({ key: frame.key, row: vectorFromArray(row) });
    const out = await transformParallel(groupby(table, 'key'), async (group: Table) => {
      const { Field, RecordBatch, Schema, Struct, Table, makeData, vectorFromArray } = await import(
        'apache-arrow'
      );
      const at = group.getChild('row')?.toArray() as Int32Array;
      const parts = [at.map((v) => v + 1), at.map((v) => v + 2)].map((part) => vectorFromArray(part));
      const fields = parts.map(({ type }) => new Field('same', type, true));
      const children = parts.map(({ data }) => data[0]);
      const data = makeData({ type: new Struct(fields), length: at.length, children });
      return new Table([new RecordBatch(new Schema(fields), data as never)]);
    });
    const [first, second] = [0, 1].map((k) => [...((out as unknown as Table).getChildAt(k) ?? [])]);
    assert.deepEqual(
      first,
      byRow((at) => at + 1),
    );
    assert.deepEqual(
      second,
      byRow((at) => at + 2),
    );
  });
});
