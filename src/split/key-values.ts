import {
  type Data,
  type DataType,
  type Date_,
  DateUnit,
  type Dictionary,
  type Timestamp,
  Type,
  Vector,
} from 'apache-arrow';
import { getBit } from '../frame/index.js';
import type { ChunkedColumn } from './grouping.js';

/**
 * row -> the value of a key column there, as apache-arrow gives it; but times that are more milliseconds from 1970 than a number
 * counts, which it refuses to read, as bigints.
 */
export function keyValues({ type, chunks }: ChunkedColumn): (row: number) => unknown {
  if (chunks.length === 0) return () => null;
  const isDictionary = type.typeId === Type.Dictionary;
  // apache-arrow cannot look up a 64-bit index in a dictionary of several chunks.
  if (isDictionary && (type as Dictionary).indices.bitWidth > 32)
    return (row) => dictionaryValue(chunks, row);
  const vector = new Vector([...chunks]);
  return (row) => {
    try {
      return vector.get(row);
    } catch (error) {
      if (isDictionary) return dictionaryValue(chunks, row);
      return distantTime(chunks, row, error);
    }
  };
}

/** The value at a position of a dictionary. */
export const valueIn = (dictionary: Vector, at: number): unknown =>
  keyValues({ type: dictionary.type, chunks: dictionary.data })(at);

function dictionaryValue(chunks: readonly Data[], row: number): unknown {
  const { chunk, at } = locate(chunks, row);
  if (!isValid(chunk, at)) return null;
  return chunk.dictionary && valueIn(chunk.dictionary, Number(chunk.values[at]));
}

function distantTime(chunks: readonly Data[], row: number, error: unknown): unknown {
  const { chunk, at } = locate(chunks, row);
  const scale = perMillisecond(chunk.type);
  if (scale === undefined) throw error;
  const stored = BigInt(chunk.values[at]);
  return scale === 'seconds' ? stored * 1000n : stored / scale;
}

function perMillisecond(type: DataType): bigint | 'seconds' | undefined {
  if (type.typeId === Type.Timestamp)
    return (['seconds', 1n, 1000n, 1_000_000n] as const)[(type as Timestamp).unit];
  return type.typeId === Type.Date && (type as Date_).unit === DateUnit.MILLISECOND ? 1n : undefined;
}

function locate(chunks: readonly Data[], row: number): { chunk: Data; at: number } {
  let at = row;
  let k = 0;
  while (at >= chunks[k].length) at -= chunks[k++].length;
  return { chunk: chunks[k], at };
}

const isValid = ({ nullCount, nullBitmap, offset }: Data, at: number): boolean =>
  nullCount === 0 || getBit(nullBitmap as Uint8Array, offset + at);
