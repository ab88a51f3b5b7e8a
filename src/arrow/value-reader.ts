import { type Data, type Timestamp, TimeUnit, Type, Vector } from 'apache-arrow';
import { getBit } from './bits.js';
import { offsetWords } from './layout.js';
import { ShortStringCache } from './short-string-cache.js';

/**
 * Reads the value at a row as apache-arrow's `get` does, but several times faster for strings and times.
 * Strings keep a leading U+FEFF, which apache-arrow drops.
 */
export type ValueReader = (row: number) => unknown;

export function valueReader(data: Data): ValueReader {
  const read = presentReader(data);
  const validity = data.nullBitmap;
  if (data.nullCount === 0 || !validity?.length) return read;
  return (row) => (getBit(validity, data.offset + row) ? read(row) : null);
}

function presentReader(data: Data): ValueReader {
  switch (data.type.typeId) {
    case Type.Bool:
      return (row) => getBit(data.values as Uint8Array, data.offset + row);
    case Type.Utf8:
    case Type.LargeUtf8:
      return stringReader(data);
    case Type.Timestamp:
      return timestampReader(data);
    case Type.Dictionary:
      return dictionaryReader(data);
    default: {
      const vector = new Vector([data]);
      return (row) => vector.get(row);
    }
  }
}

function stringReader(data: Data): ValueReader {
  const { words, step } = offsetWords(data);
  const strings = new ShortStringCache(data.values as Uint8Array);
  return (row) => strings.read(words[row * step], words[(row + 1) * step]);
}

function dictionaryReader(data: Data): ValueReader {
  const chunks = data.dictionary?.data ?? [];
  const codes = data.values as unknown as ArrayLike<number | bigint>;
  // apache-arrow cannot look up a 64-bit index in a dictionary of several chunks.
  if (chunks.length !== 1) return (row) => data.dictionary?.get(Number(codes[row]));
  const read = valueReader(chunks[0]);
  return (row) => read(Number(codes[row]));
}

/** The number of units in a millisecond, for units shorter than that. */
const PER_MILLISECOND: { [unit: number]: number } = {
  [TimeUnit.MICROSECOND]: 1_000,
  [TimeUnit.NANOSECOND]: 1_000_000,
};

/**
 * Reads milliseconds. Adds whole milliseconds and the rest as apache-arrow does, so that the last bit is the
 * same.
 */
function timestampReader(data: Data): ValueReader {
  const { unit } = data.type as Timestamp;
  const bigints = data.values as unknown as BigInt64Array;
  const words = new Int32Array(bigints.buffer, bigints.byteOffset, bigints.length * 2);
  const divisor = PER_MILLISECOND[unit] ?? 1;
  const factor = unit === TimeUnit.SECOND ? 1000 : 1;
  const vector = new Vector([data]);
  return (row) => {
    const high = words[2 * row + 1];
    // Beyond 2^53 a number is not exact.
    if (high >= 0x200000 || high < -0x200000) return vector.get(row);
    const value = high * 0x1_0000_0000 + (words[2 * row] >>> 0);
    if (divisor === 1) return value * factor;
    const rest = value % divisor;
    return (value - rest) / divisor + rest / divisor;
  };
}
