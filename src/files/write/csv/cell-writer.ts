import {
  type Data,
  type DataType,
  type Date_,
  DateUnit,
  type Decimal,
  type Dictionary,
  type Float,
  Precision,
  type Time,
  type Timestamp,
  TimeUnit,
  Type,
  Vector,
} from 'apache-arrow';
import { getBit, readDecimalWords } from '../../../arrow/index.js';
import { dayText, timeText } from './time-text.js';

/** Returns the text of a value, or undefined for none: null, and NaN as in pandas. */
export type CellWriter = (row: number) => string | undefined;

/** Tells whether columns of a type can be written as text that can be read again. */
export function hasText(type: DataType): boolean {
  if (type.typeId === Type.Dictionary) return hasText((type as Dictionary).dictionary);
  return TEXT_TYPES.has(type.typeId);
}

const TEXT_TYPES: ReadonlySet<Type> = new Set([
  Type.Null,
  Type.Bool,
  Type.Int,
  Type.Float,
  Type.Utf8,
  Type.LargeUtf8,
  Type.Utf8View,
  Type.Date,
  Type.Time,
  Type.Timestamp,
  Type.Decimal,
]);

/** Returns row -> text of a column. */
export function cellWriter(data: Data): CellWriter {
  const write = valueWriter(data);
  if (data.nullCount === 0) return write;
  const bitmap = data.nullBitmap as Uint8Array;
  const { offset } = data;
  return (row) => (getBit(bitmap, offset + row) ? write(row) : undefined);
}

function valueWriter(data: Data): CellWriter {
  const { type } = data;
  const values = data.values as { readonly [row: number]: number };
  switch (type.typeId) {
    case Type.Null:
      return () => undefined;
    case Type.Bool: {
      const { offset } = data;
      const bits = data.values as Uint8Array;
      return (row) => (getBit(bits, offset + row) ? 'true' : 'false');
    }
    case Type.Int:
      return (row) => String(values[row]);
    case Type.Float:
      return floatWriter(data);
    case Type.Dictionary:
      return dictionaryWriter(data);
    case Type.Date:
      return (type as Date_).unit === DateUnit.DAY
        ? (row) => dayText(values[row])
        : (row) => timeText(BigInt(values[row]), TimeUnit.MILLISECOND, '');
    case Type.Timestamp: {
      const { unit, timezone } = type as Timestamp;
      // Times of a zone are stored in UTC.
      const zone = timezone ? 'Z' : '';
      const times = data.values as BigInt64Array;
      return (row) => timeText(times[row], unit, zone);
    }
    case Type.Time: {
      const { unit } = type as Time;
      const prefix = 'T'.length + dayText(0).length;
      return (row) => timeText(BigInt(values[row]), unit, '').slice(prefix);
    }
    case Type.Decimal:
      return decimalWriter(data);
    default: {
      const vector = new Vector([data]);
      return (row) => vector.get(row) as string;
    }
  }
}

function floatWriter(data: Data): CellWriter {
  const isDouble = (data.type as Float).precision === Precision.DOUBLE;
  // Half floats are read as numbers by apache-arrow alone.
  const vector = (data.type as Float).precision === Precision.HALF ? new Vector([data]) : undefined;
  const values = data.values as { readonly [row: number]: number };
  return (row) => {
    const value = vector ? (vector.get(row) as number) : values[row];
    if (Number.isNaN(value)) return undefined;
    if (value === Number.POSITIVE_INFINITY) return 'inf';
    if (value === Number.NEGATIVE_INFINITY) return '-inf';
    const text = isDouble ? String(value) : shortestSingle(value);
    if (Object.is(value, -0)) return '-0.0';
    // Keeps the column one of floats for those who read it again.
    return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
  };
}

/** Returns the shortest digits that a 32-bit float is read back from. */
function shortestSingle(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** Makes the text of each value once. */
function dictionaryWriter(data: Data): CellWriter {
  const dictionary = data.dictionary as Vector;
  const texts: (string | undefined)[] = [];
  for (const chunk of dictionary.data) {
    const write = cellWriter(chunk);
    for (let row = 0; row < chunk.length; row++) texts.push(write(row));
  }
  const indices = data.values as { readonly [row: number]: number | bigint };
  return (row) => texts[Number(indices[row])];
}

function decimalWriter(data: Data): CellWriter {
  const { scale, bitWidth } = data.type as Decimal;
  const words = bitWidth / 32;
  const all = data.values as Uint32Array;
  return (row) => {
    const value = readDecimalWords(all, row, words);
    if (scale <= 0) return String(value * 10n ** BigInt(-scale));
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
    const at = digits.length - scale;
    return `${value < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`;
  };
}
