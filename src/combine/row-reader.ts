import { type Data, type DataType, Type } from 'apache-arrow';
import { type Allocate, bitmapBytes, dataOf, reportToGc, typedValues } from '../arrow/index.js';
import { type RowMemory, slotNulls, slotValues, slotWidth } from './row-memory.js';

/** Returns a column that was written row by row, in the order of the rows. Its values stay where they are. */
export function writtenColumn(memory: RowMemory, slot: number, type: DataType, allocate: Allocate): Data {
  const { numRows } = memory;
  const bytes = slotValues(memory, slot, slotWidth(type) as number);
  reportToGc(bytes.byteLength);
  return columnOf(type, numRows, bytes, nullsOf(memory, slot), allocate);
}

/** Copies the rows of places `at` to `at + length - 1`, in group order, back from a slot. */
export function writtenRows(
  memory: RowMemory,
  slot: number,
  type: DataType,
  { at, length }: { readonly at: number; readonly length: number },
  allocate: Allocate,
): Data {
  const width = slotWidth(type) as number;
  const values = slotValues(memory, slot, width);
  const flags = nullsOf(memory, slot);
  const bytes = allocate(length * width);
  const nulls = flags && new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const row = memory.rows ? memory.rows[at + i] : at + i;
    for (let k = 0; k < width; k++) bytes[i * width + k] = values[row * width + k];
    if (flags && nulls) nulls[i] = flags[row];
  }
  return columnOf(type, length, bytes, nulls, allocate);
}

/** Returns the bytes that tell which rows are null; undefined if none is. */
const nullsOf = (memory: RowMemory, slot: number): Uint8Array | undefined =>
  Atomics.load(memory.states, 2 * slot + 1) === 1 ? slotNulls(memory, slot) : undefined;

function columnOf(
  type: DataType,
  length: number,
  bytes: Uint8Array,
  nulls: Uint8Array | undefined,
  allocate: Allocate,
): Data {
  const validity = nulls && packedBits(nulls, 0, allocate);
  const nullCount = nulls ? countOf(nulls) : 0;
  const values = type.typeId === Type.Bool ? packedBits(bytes, 1, allocate) : typedValues(type, bytes);
  return dataOf(type, length, nullCount, { values, validity: nullCount > 0 ? validity : undefined });
}

/** Returns a bitmap of the bytes that have the given value. */
function packedBits(bytes: Uint8Array, value: number, allocate: Allocate): Uint8Array {
  const bits = allocate(bitmapBytes(bytes.length));
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === value) bits[i >>> 3] |= 1 << (i & 7);
  return bits;
}

function countOf(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += bytes[i];
  return count;
}
