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

const DAY = 86_400_000;
const PER_MILLISECOND = {
  [TimeUnit.SECOND]: 0.001,
  [TimeUnit.MILLISECOND]: 1,
  [TimeUnit.MICROSECOND]: 1_000,
  [TimeUnit.NANOSECOND]: 1_000_000,
};

/** Milliseconds since 1970, as numbers or Dates, in a type of time that reads the same again. */
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
    // Seconds and days by division, which is exact where the product would be rounded.
    const scaled =
      perMillisecond < 1 ? value / Math.round(1 / perMillisecond) : exactProduct(value, perMillisecond);
    out[i] = isWide
      ? typeof scaled === 'bigint'
        ? scaled
        : BigInt(Math.round(scaled))
      : Math.round(Number(scaled));
  }
  const fitted = dataOf(type, data.length, data.nullCount, {
    values: out,
    validity: data.nullCount > 0 ? data.nullBitmap : undefined,
  });
  return readsLike(fitted, milliseconds, isKnown) ? fitted : undefined;
}

function factorOf(type: DataType): number {
  if (type.typeId === Type.Timestamp) return PER_MILLISECOND[(type as Timestamp).unit];
  return (type as Date_).unit === DateUnit.DAY ? 1 / DAY : 1;
}

/** Whole milliseconds and their rest apart: the product of the whole may be beyond 2^53. */
function exactProduct(value: number, factor: number): number | bigint {
  const whole = Math.trunc(value);
  return BigInt(whole) * BigInt(factor) + BigInt(Math.round((value - whole) * factor));
}

function millisecondsOf(data: Data): ((row: number) => number) | undefined {
  const { values, type } = data;
  if (type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE)
    return (row) => (values as Float64Array)[row];
  const isDates = type.typeId === Type.Timestamp && (type as Timestamp).unit === TimeUnit.MILLISECOND;
  return isDates ? (row) => Number((values as unknown as BigInt64Array)[row]) : undefined;
}

/**
 * The time that a function saw as so many milliseconds: of the same row, or else the only one in its group that reads so. Dates are
 * rounded down, numbers to what 53 bits hold.
 */
function knownTimes(
  source: Data,
  isDates: boolean,
): (row: number, milliseconds: number) => bigint | undefined {
  const read = valueReader(source);
  const values = source.values as unknown as BigInt64Array;
  const seen: (number | undefined)[] = new Array(source.length);
  const known = new Map<number, bigint | undefined>();
  for (let i = 0; i < source.length; i++) {
    const value = read(i) as number | null;
    if (value === null) continue;
    seen[i] = isDates ? Math.floor(value) : value;
    const before = known.get(seen[i] as number);
    known.set(
      seen[i] as number,
      known.has(seen[i] as number) && before !== values[i] ? undefined : values[i],
    );
  }
  return (row, milliseconds) => (seen[row] === milliseconds ? values[row] : known.get(milliseconds));
}

function readsLike(fitted: Data, milliseconds: (row: number) => number, isKnown: Uint8Array): boolean {
  const read = valueReader(fitted);
  try {
    for (let i = 0; i < fitted.length; i++) {
      if (!isKnown[i] && fitted.getValid(i) && read(i) !== milliseconds(i)) return false;
    }
    return true;
  } catch {
    // apache-arrow refuses to read what no number holds.
    return false;
  }
}
