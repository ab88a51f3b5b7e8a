import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  Bool,
  type Data,
  type DataType,
  DateMillisecond,
  Dictionary,
  Field,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Null,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { shutdown } from 'apply-parallel';
import { allocateShared, concatData } from '#dist/arrow/index.js';
import { ParallelRows } from '#dist/groups/parallel-rows.js';
import { gather } from '#dist/split/index.js';

after(() => shutdown());

const n = 4099;
const rows = Array.from({ length: n }, (_, i) => i);
/** A permutation. */
const places = Int32Array.from(rows, (row) => (row * 1009) % n);
const { signal } = new AbortController();

const columns: readonly (readonly [DataType, (row: number) => unknown])[] = [
  [new Float64(), (row) => (row === 7 ? Number.NaN : row / 3)],
  [new Int64(), (row) => (row % 5 === 0 ? null : BigInt(row) << 40n)],
  [new Int32(), (row) => (row % 64 === 63 ? null : row)],
  [new Int16(), (row) => row],
  [new Int8(), (row) => (row < 4000 ? row % 100 : null)],
  [new DateMillisecond(), (row) => new Date(row * 1e6)],
  [new Bool(), (row) => (row % 3 === 0 ? null : row % 2 === 0)],
  [new Utf8(), (row) => (row % 4 === 0 ? null : `text ${row % 300}`)],
  [new Dictionary(new Utf8(), new Int32()), (row) => (row % 9 === 0 ? null : `d${row % 30}`)],
  [new List(new Field('item', new Int32(), true)), (row) => rows.slice(row, row + (row % 3))],
  [new Null(), () => null],
];

/** A column in shared memory, after rows that are not part of it, or in memory of this thread alone. */
function columnOf(type: DataType, cellOf: (row: number) => unknown, isShared: boolean): Data {
  const values = Array.from({ length: n + 3 }, (_, i) => cellOf(Math.max(0, i - 3)));
  const [data] = vectorFromArray(values as never[], type).data as unknown as Data[];
  return (isShared ? concatData(type, [data], allocateShared) : data).slice(3, n);
}

const valuesOf = (data: Data) =>
  Array.from(new Vector([data]), (value) => (value instanceof Vector ? [...value] : value));

describe('ParallelRows', () => {
  for (const isShared of [true, false]) {
    it(`gathers as one thread does, ${isShared ? 'in shared memory' : 'what is not shared here'}`, async () => {
      const given = columns.map(([type, cellOf]) => columnOf(type, cellOf, isShared));
      const made = await new ParallelRows(2, signal).gather(given, places);
      for (const [k, data] of given.entries()) {
        const name = String(columns[k][0]);
        const expected = gather(data, places, allocateShared);
        assert.equal(String(made[k].type), name);
        assert.equal(made[k].nullCount, expected.nullCount, name);
        assert.deepEqual(valuesOf(made[k]), valuesOf(expected), name);
      }
    });
  }

  it('gathers few rows, and none', async () => {
    const rowsOf = new ParallelRows(3, signal);
    const few = concatData(
      new Int32(),
      [columnOf(new Int32(), (row) => row, true).slice(0, 5)],
      allocateShared,
    );
    const [made] = await rowsOf.gather([few], Int32Array.of(4, 3, 2, 1, 0));
    assert.deepEqual(valuesOf(made), [4, 3, 2, 1, 0]);
    assert.deepEqual(valuesOf((await rowsOf.gather([few.slice(0, 0)], new Int32Array(0)))[0]), []);
    assert.deepEqual(await rowsOf.gather([], places), []);
  });

  it('is aborted', async () => {
    const abort = AbortSignal.abort();
    const [data] = [columnOf(new Int32(), (row) => row, true)];
    await assert.rejects(new ParallelRows(2, abort).gather([data], places), { code: 'ERR_ABORTED' });
  });
});
