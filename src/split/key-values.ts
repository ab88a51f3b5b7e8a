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
import { getBit, offsetWords } from '../arrow/index.js';
import type { ChunkedColumn } from './grouping.js';

/**
 * row -> the value of a key column there, as apache-arrow gives it; but strings keep a leading U+FEFF, which it drops, and times that are
 * more milliseconds from 1970 than a number counts, which it refuses to read, are bigints.
 */
export function keyReader({ type, chunks }: ChunkedColumn): (row: number) => unknown {
  if (chunks.length === 0) return () => null;
  const read = readerFor(type, chunks);
  if (read === undefined) {
    const vector = new Vector([...chunks]);
    return (row) => vector.get(row);
  }
  const starts = [0];
  for (const chunk of chunks) starts.push(starts[starts.length - 1] + chunk.length);
  return (row) => {
    const k = chunkIndexOf(starts, row);
    const chunk = chunks[k];
    const at = row - starts[k];
    if (chunk.nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, chunk.offset + at)) return null;
    return read(chunk, at);
  };
}

/** The last chunk that begins at or before the row. */
export function chunkIndexOf(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

type ChunkReader = (chunk: Data, row: number) => unknown;

function readerFor(type: ChunkedColumn['type'], chunks: readonly Data[]): ChunkReader | undefined {
  switch (type.typeId) {
    case Type.Utf8:
    case Type.LargeUtf8:
      return readString;
    case Type.Dictionary:
      return dictionaryReader((type as Dictionary).dictionary, chunks);
    case Type.Timestamp:
    case Type.Date:
      return timeReader(chunks);
    default:
      return undefined;
  }
}

function readString(chunk: Data, row: number): string {
  const { words, step } = offsetWords(chunk);
  const bytes = chunk.values as Uint8Array;
  const from = words[row * step];
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, words[(row + 1) * step] - from).toString('utf8');
}

function timeReader(chunks: readonly Data[]): ChunkReader {
  const vectors = new Map(chunks.map((chunk) => [chunk, new Vector([chunk])]));
  return (chunk, row) => {
    try {
      return vectors.get(chunk)?.get(row);
    } catch (error) {
      return distantTime(chunk, row, error);
    }
  };
}

function distantTime({ type, values }: Data, row: number, error: unknown): bigint {
  const scale = perMillisecond(type);
  if (scale === undefined) throw error;
  const stored = BigInt(values[row]);
  return scale === 'seconds' ? stored * 1000n : stored / scale;
}

function perMillisecond(type: DataType): bigint | 'seconds' | undefined {
  if (type.typeId === Type.Timestamp)
    return (['seconds', 1n, 1000n, 1_000_000n] as const)[(type as Timestamp).unit];
  return type.typeId === Type.Date && (type as Date_).unit === DateUnit.MILLISECOND ? 1n : undefined;
}

/** apache-arrow cannot look up a 64-bit index in a dictionary of several chunks. */
function dictionaryReader(type: ChunkedColumn['type'], chunks: readonly Data[]): ChunkReader {
  const readers = new Map(
    [...new Set(chunks.map((chunk) => chunk.dictionary))].map((dictionary) => [
      dictionary,
      keyReader({ type, chunks: dictionary?.data ?? [] }),
    ]),
  );
  return (chunk, row) => readers.get(chunk.dictionary)?.(Number(chunk.values[row]));
}

/** The value at a position of a dictionary. */
export const readDictionaryKey = (dictionary: Vector, at: number): unknown =>
  keyReader({ type: dictionary.type, chunks: dictionary.data })(at);
