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
import { dataOf, getBit, offsetWords } from '../arrow/index.js';
import { type ChunkedColumn, ChunkIndex, type PeriodKeys } from './chunked-column.js';
import { keysIn, periodReader, periodsOfRows } from './factorize-cells.js';

/**
 * Returns row -> the value of a key column, as apache-arrow gives it, with two exceptions. Strings keep a
 * leading U+FEFF, which apache-arrow drops, and times too far from 1970 for a number of milliseconds are
 * bigints, where apache-arrow throws.
 */
export function keyReader(column: ChunkedColumn): (row: number) => unknown {
  if (column.periodKeys) return periodKeyReader(column.periodKeys);
  const { type, chunks } = column;
  if (chunks.length === 0) return () => null;
  const read = chunkReader(type, chunks);
  if (read === undefined) {
    const vector = new Vector([...chunks]);
    return (row) => vector.get(row);
  }
  const index = new ChunkIndex(chunks);
  return (row) => {
    const k = index.find(row);
    const chunk = chunks[k];
    const at = row - index.starts[k];
    if (chunk.nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, chunk.offset + at)) return null;
    return read(chunk, at);
  };
}

/** The periods whose keys are made at a time: in groups that are sorted, the next one is asked for next. */
const PERIODS = 64;

function periodKeyReader({ column, keysOf }: PeriodKeys): (row: number) => unknown {
  const { chunks, cells } = column;
  const periodAt = periodReader(chunks, cells);
  const count = keysIn(cells);
  let first = -PERIODS;
  let keyAt: (at: number) => unknown;
  return (row) => {
    const period = periodAt(row);
    if (period < 0) return null;
    if (period < first || period >= first + PERIODS) {
      first = period;
      const some = Int32Array.from({ length: Math.min(PERIODS, count - first) }, (_, k) => first + k);
      const data = keysOf(some);
      keyAt = keyReader({ type: data.type, chunks: [data] });
    }
    return keyAt(period - first);
  };
}

/** Returns the periods or bins of some rows as keys. */
export function keysOfRows({ column, keysOf }: PeriodKeys, rows: Int32Array): Data {
  const { values, nullCount, nullBitmap } = periodsOfRows(column.chunks, column.cells, rows);
  const keys = keysOf(values as Int32Array);
  if (nullCount === 0) return keys;
  const buffers = { values: keys.values, validity: nullBitmap ?? undefined };
  return dataOf(keys.type, rows.length, nullCount, buffers, { dictionary: keys.dictionary });
}

/** Reads the value at a position of a dictionary. */
export const readDictionaryKey = (dictionary: Vector, at: number): unknown =>
  keyReader({ type: dictionary.type, chunks: dictionary.data })(at);

/** Reads a row of a chunk that is not null. */
type ChunkReader = (chunk: Data, row: number) => unknown;

/** Returns the reader of a type; undefined for a type that apache-arrow reads well itself. */
function chunkReader(type: DataType, chunks: readonly Data[]): ChunkReader | undefined {
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

/** Returns the milliseconds of a time that apache-arrow failed to read with `error`. */
function distantTime({ type, values }: Data, row: number, error: unknown): bigint {
  const scale = perMillisecond(type);
  if (scale === undefined) throw error;
  const stored = BigInt(values[row]);
  return scale === 'seconds' ? stored * 1000n : stored / scale;
}

/** Returns how many units make a millisecond; undefined for dates stored as days. */
function perMillisecond(type: DataType): bigint | 'seconds' | undefined {
  if (type.typeId === Type.Timestamp)
    return (['seconds', 1n, 1000n, 1_000_000n] as const)[(type as Timestamp).unit];
  return type.typeId === Type.Date && (type as Date_).unit === DateUnit.MILLISECOND ? 1n : undefined;
}

/**
 * Reads dictionary columns itself: apache-arrow cannot look up a 64-bit index in a dictionary of several
 * chunks.
 */
function dictionaryReader(type: DataType, chunks: readonly Data[]): ChunkReader {
  const readers = new Map(
    [...new Set(chunks.map((chunk) => chunk.dictionary))].map((dictionary) => [
      dictionary,
      keyReader({ type, chunks: dictionary?.data ?? [] }),
    ]),
  );
  return (chunk, row) => readers.get(chunk.dictionary)?.(Number(chunk.values[row]));
}
