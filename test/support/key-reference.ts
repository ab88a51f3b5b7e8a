import {
  type Data,
  type DataType,
  type Dictionary,
  type Interval,
  IntervalUnit,
  Precision,
  Type,
} from 'apache-arrow';
import { cell, cellsOf } from './cells.js';

/**
 * A key as the reference sees it: what makes it equal to others, and where it stands among them. Null and NaN
 * are no key.
 */
export interface ReferenceKey {
  readonly id: string;
  readonly order: readonly (number | bigint | string)[];
}

/** The keys of a column given in chunks, row by row. */
export function referenceKeys(type: DataType, chunks: readonly Data[]): (ReferenceKey | null)[] {
  if (type.typeId === Type.Dictionary) return dictionaryKeys(type as Dictionary, chunks);
  return chunks.flatMap((chunk) => Array.from({ length: chunk.length }, (_, row) => keyAt(chunk, row)));
}

export function compareKeys(a: ReferenceKey | null, b: ReferenceKey | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  for (let k = 0; k < a.order.length; k++) {
    if (a.order[k] < b.order[k]) return -1;
    if (a.order[k] > b.order[k]) return 1;
  }
  return 0;
}

/**
 * An ordered dictionary says itself what the order is; the first place where a value stands counts. Several
 * that disagree say nothing.
 */
function dictionaryKeys(type: Dictionary, chunks: readonly Data[]): (ReferenceKey | null)[] {
  const positions = new Map<string, number>();
  const dictionaries = new Set(chunks.map((chunk) => chunk.dictionary));
  const isOrdered = type.isOrdered && agree([...dictionaries].map((vector) => cellsOf(vector?.data ?? [])));
  for (const dictionary of dictionaries) {
    for (const key of referenceKeys(type.dictionary, dictionary?.data ?? [])) {
      if (key && !positions.has(key.id)) positions.set(key.id, positions.size);
    }
  }
  return chunks.flatMap((chunk) => {
    const values = referenceKeys(type.dictionary, chunk.dictionary?.data ?? []);
    return Array.from({ length: chunk.length }, (_, row) => {
      if (!isValid(chunk, row)) return null;
      const key = values[Number(chunk.values[row])];
      return key && isOrdered ? { id: key.id, order: [positions.get(key.id) as number] } : key;
    });
  });
}

/**
 * Whether one order of all values is that of each dictionary. The order is the one in which they first
 * appear.
 */
function agree(dictionaries: readonly (readonly string[])[]): boolean {
  const all = [...new Set(dictionaries.flat())];
  return dictionaries.every((values) => {
    const places = [...new Set(values)].map((value) => all.indexOf(value));
    return places.every((place, k) => k === 0 || places[k - 1] < place);
  });
}

const isValid = ({ nullBitmap, offset }: Data, row: number): boolean =>
  !nullBitmap?.length || ((nullBitmap[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1;

function keyAt(data: Data, row: number): ReferenceKey | null {
  const text = cell(data, row);
  if (text === 'null') return null;
  const order = orderOf(data, row, text);
  if (Number.isNaN(order[0])) return null;
  return { id: order.join(), order };
}

function orderOf(data: Data, row: number, text: string): readonly (number | bigint | string)[] {
  const { type } = data;
  const values = data.values as ArrayLike<number | bigint>;
  switch (type.typeId) {
    case Type.Int:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
      return [values[row]];
    case Type.Float: {
      const isHalf = (type as DataType & { precision: Precision }).precision === Precision.HALF;
      return [(isHalf ? half(values[row] as number) : (values[row] as number)) + 0];
    }
    case Type.Decimal:
      return [decimal(text.slice(1))];
    case Type.Interval:
      return interval((type as Interval).unit, Buffer.from(text.slice(1), 'hex'));
    default:
      // Hexadecimal text of bytes orders as the bytes do, and UTF-8 as the code points do.
      return [text];
  }
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function decimal(littleEndian: string): bigint {
  const bytes = Buffer.from(littleEndian, 'hex').reverse();
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

/** Months, then days, then the time. */
function interval(unit: IntervalUnit, bytes: Buffer): readonly (number | bigint)[] {
  if (unit === IntervalUnit.YEAR_MONTH) return [bytes.readInt32LE(0)];
  if (unit === IntervalUnit.DAY_TIME) return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
  return [bytes.readInt32LE(0), bytes.readInt32LE(4), bytes.readBigInt64LE(8)];
}
