import {
  type Data,
  type DataType,
  type Date_,
  DateUnit,
  type Float,
  Precision,
  type Timestamp,
  TimeUnit,
  Type,
} from 'apache-arrow';
import { dataOf, valueReader } from '../../arrow/index.js';
import { inferredValidity } from './inferred-validity.js';

const DAY = 86_400_000;
const PER_MILLISECOND = {
  [TimeUnit.SECOND]: 0.001,
  [TimeUnit.MILLISECOND]: 1,
  [TimeUnit.MICROSECOND]: 1_000,
  [TimeUnit.NANOSECOND]: 1_000_000,
};

/**
 * Converts milliseconds since 1970, numbers or Dates, to dates or timestamps; undefined where one would read
 * differently. `source` is the column they were read from: see {@link knownTimes}.
 */
export function fitTimes(data: Data, type: DataType, source?: Data): Data | undefined {
  const milliseconds = millisecondsOf(data);
  if (milliseconds === undefined) return undefined;
  const out = new type.ArrayType(data.length) as { [row: number]: number | bigint } & ArrayBufferView;
  const perMillisecond = factorOf(type);
  const isWide = type.ArrayType.BYTES_PER_ELEMENT === 8;
  const isDates = data.type.typeId === Type.Timestamp;
  const known = source && perMillisecond > 1 ? knownTimes(source, isDates) : undefined;
  const isKnown = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = milliseconds(i);
    if (!Number.isFinite(value)) {
      if (data.getValid(i)) return undefined;
      continue;
    }
    const original = known?.(i, value);
    if (original !== undefined) {
      out[i] = original;
      isKnown[i] = 1;
      continue;
    }
    // Divides for seconds and days: a product with 0.001 would be rounded.
    const scaled =
      perMillisecond < 1 ? value / Math.round(1 / perMillisecond) : exactProduct(value, perMillisecond);
    out[i] = isWide
      ? typeof scaled === 'bigint'
        ? scaled
        : BigInt(Math.round(scaled))
      : Math.round(Number(scaled));
  }
  const buffers = { values: out, validity: inferredValidity(data) };
  const fitted = dataOf(type, data.length, data.nullCount, buffers);
  return readsLike(fitted, milliseconds, isKnown) ? fitted : undefined;
}

/** Returns how many units of `type` a millisecond has. */
function factorOf(type: DataType): number {
  if (type.typeId === Type.Timestamp) return PER_MILLISECOND[(type as Timestamp).unit];
  return (type as Date_).unit === DateUnit.DAY ? 1 / DAY : 1;
}

/** Multiplies the whole part as a bigint, as its product may exceed 2^53, and the fraction as a number. */
function exactProduct(value: number, factor: number): number | bigint {
  const whole = Math.trunc(value);
  return BigInt(whole) * BigInt(factor) + BigInt(Math.round((value - whole) * factor));
}

/** Returns a reader of milliseconds; undefined for a column that holds neither doubles nor Dates. */
function millisecondsOf(data: Data): ((row: number) => number) | undefined {
  const { values, type } = data;
  if (type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE)
    return (row) => (values as Float64Array)[row];
  const isDates = type.typeId === Type.Timestamp && (type as Timestamp).unit === TimeUnit.MILLISECOND;
  return isDates ? (row) => Number((values as unknown as BigInt64Array)[row]) : undefined;
}

/**
 * Returns a lookup of the exact time that a function saw as `milliseconds`: that of the same row if it reads
 * so, else the only time of the group that does. Several times may read alike: numbers have 53 bits, and
 * Dates are whole milliseconds, rounded down, or towards 1970 by libraries that leave it to Date.
 */
function knownTimes(
  source: Data,
  isDates: boolean,
): (row: number, milliseconds: number) => bigint | undefined {
  const read = valueReader(source);
  const values = source.values as unknown as BigInt64Array;
  const times: (number | null)[] = new Array(source.length);
  const known = new Map<number, bigint | undefined>();
  const add = (milliseconds: number, value: bigint) => {
    const isOther = known.has(milliseconds) && known.get(milliseconds) !== value;
    known.set(milliseconds, isOther ? undefined : value);
  };
  for (let i = 0; i < source.length; i++) {
    const time = read(i) as number | null;
    times[i] = time;
    if (time === null) continue;
    add(isDates ? Math.floor(time) : time, values[i]);
    if (isDates && time < 0 && !Number.isInteger(time)) add(Math.trunc(time), values[i]);
  }
  const readsAs = (time: number | null | undefined, milliseconds: number) =>
    typeof time === 'number' &&
    (isDates
      ? Math.floor(time) === milliseconds || Math.trunc(time) === milliseconds
      : time === milliseconds);
  return (row, milliseconds) => (readsAs(times[row], milliseconds) ? values[row] : known.get(milliseconds));
}

/** Tells whether every fitted time reads as its milliseconds; those that were looked up need no check. */
function readsLike(fitted: Data, milliseconds: (row: number) => number, isKnown: Uint8Array): boolean {
  const read = valueReader(fitted);
  try {
    for (let i = 0; i < fitted.length; i++) {
      if (!isKnown[i] && fitted.getValid(i) && read(i) !== milliseconds(i)) return false;
    }
    return true;
  } catch {
    // apache-arrow throws for a time that no number holds.
    return false;
  }
}
