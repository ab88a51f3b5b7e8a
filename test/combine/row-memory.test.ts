import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  DateMillisecond,
  DurationMicrosecond,
  Field,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimeMicrosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampSecond,
  Uint8,
  Uint32,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { allocateShared } from '#dist/arrow/index.js';
import {
  createRowMemory,
  type RowMemory,
  RowWriter,
  writtenColumn,
  writtenRows,
} from '#dist/combine/index.js';

/** Groups of 0, 2, 4, 6 … rows; the rows of each lie all over the table. */
const sizes = Array.from({ length: 20 }, (_, group) => 2 * group);
const numRows = sizes.reduce((sum, size) => sum + size, 0);
const from = Int32Array.from(sizes, (_, group) => group * (group - 1));
const rows = Int32Array.from({ length: numRows }, (_, place) => (place * 7) % numRows);
const all = Array.from({ length: numRows }, (_, row) => row);

const types: readonly (readonly [DataType, (row: number) => unknown])[] = [
  [new Bool(), (row) => row % 3 === 0],
  [new Int8(), (row) => row - 100],
  [new Uint8(), (row) => row],
  [new Int16(), (row) => row * 80],
  [new Int32(), (row) => row * -80_000],
  [new Uint32(), (row) => row * 8_000_000],
  [new Int64(), (row) => BigInt(row) << 40n],
  [new Uint64(), (row) => BigInt(row) << 55n],
  [new Float16(), (row) => row / 4],
  [new Float32(), (row) => row / 4],
  [new Float64(), (row) => (row === 9 ? Number.NaN : row / 3)],
  [new DateDay(), (row) => new Date(row * 86_400_000)],
  [new DateMillisecond(), (row) => new Date(row * 1e9)],
  [new TimeSecond(), (row) => row],
  [new TimeMicrosecond(), (row) => BigInt(row) * 1_000_000n],
  [new TimestampSecond(), (row) => row * 1_000_000],
  [new TimestampMicrosecond('UTC'), (row) => row * 1_000_000],
  [new DurationMicrosecond(), (row) => BigInt(row)],
];

const memoryOf = (order: Partial<RowMemory> = { rows }): RowMemory =>
  createRowMemory({ numRows, from, ...order }, 1e9) as RowMemory;

/** A column of some values, as a slice of a longer one. */
function column(type: DataType, values: readonly unknown[]) {
  const chunk = vectorFromArray([values[0] ?? null, ...values] as never[], type).data[0] as unknown as Data;
  return { field: new Field('x', type, true), chunks: [chunk.slice(1, values.length)] };
}

const valuesOf = (data: Data): unknown[] => Array.from(new Vector([data]));
const expected = (type: DataType, cellOf: (row: number) => unknown): unknown[] =>
  valuesOf(column(type, all.map(cellOf)).chunks[0]);

describe('results in the order of the rows', () => {
  for (const [type, cellOf] of types) {
    for (const [name, order, withNull] of [
      ['', { rows }, cellOf],
      [' with nulls', { rows }, (row: number) => (row % 5 === 1 ? null : cellOf(row))],
      [' in place', {}, (row: number) => (row % 50 === 1 ? null : cellOf(row))],
    ] as const) {
      it(`writes ${type}${name}`, () => {
        const memory = memoryOf(order);
        const writer = new RowWriter(memory);
        const slot = writer.slotOf(new Field('x', type)) as number;
        const rowAt = (place: number) => ('rows' in order ? rows[place] : place);
        // Twice, as where a worker dies before it has told of its results.
        for (const attempt of [0, 1]) {
          for (const [group, size] of sizes.entries()) {
            const cells = Array.from({ length: size }, (_, i) => {
              const row = rowAt(from[group] + i);
              return attempt === 0 && row % 2 === 0 ? null : withNull(row);
            });
            if (size > 0) writer.writeColumn(slot, group, column(type, cells));
          }
        }
        const written = writtenColumn(memory, slot, type, allocateShared);
        assert.deepEqual(valuesOf(written), expected(type, withNull));
        const range = { at: from[7], length: sizes[7] + sizes[8] };
        const read = writtenRows(memory, slot, type, range, allocateShared);
        const cells = Array.from({ length: range.length }, (_, i) => withNull(rowAt(range.at + i)));
        assert.deepEqual(valuesOf(read), valuesOf(column(type, cells).chunks[0]));
      });
    }
  }

  it('keeps the bits of every NaN', () => {
    const memory = memoryOf();
    const writer = new RowWriter(memory);
    const slot = writer.slotOf(new Field('x', new Float64())) as number;
    const words = Uint32Array.of(7, 0x7ff80001, 9, 0xfff00002);
    writer.writeNumbers(slot, 1, new Float64Array(words.buffer));
    const { values } = writtenColumn(memory, slot, new Float64(), allocateShared);
    const { buffer, byteOffset } = values as Float64Array;
    for (const [k, row] of [rows[0], rows[1]].entries()) {
      const written = new Uint32Array(buffer, byteOffset + row * 8, 2);
      assert.deepEqual(written, words.subarray(2 * k, 2 * k + 2));
    }
  });

  it('gives each name and type a slot, the same one in all threads', () => {
    const memory = memoryOf();
    const [a, b] = [new RowWriter(memory), new RowWriter(memory)];
    const fields = types.map(([type]) => new Field('x', type)).slice(0, 3);
    const slots = [...fields, new Field('y', new Bool())].map((field) => a.slotOf(field));
    assert.deepEqual(slots, [0, 1, 2, 3]);
    assert.equal(b.slotOf(new Field('y', new Bool())), 3);
    assert.equal(b.slotOf(new Field('x', new Uint8())), 2);
    assert.equal(b.slotOf(new Field('z', new Uint8())), undefined);
  });

  it('leaves columns to others that are no numbers, or have very long names', () => {
    const writer = new RowWriter(memoryOf());
    assert.equal(writer.slotOf(new Field('x', new Utf8())), undefined);
    assert.equal(writer.slotOf(new Field('x'.repeat(300), new Int32())), undefined);
  });

  it('waits for a thread that names a slot, but not for ever', () => {
    const memory = memoryOf();
    memory.states[0] = 1;
    assert.equal(new RowWriter(memory).slotOf(new Field('x', new Int32())), undefined);
  });

  it('is not made where it has no room', () => {
    assert.equal(createRowMemory({ numRows, from, rows }, numRows), undefined);
    assert.equal(createRowMemory({ numRows: 0, from, rows }, 1e9), undefined);
  });
});
