import {
  Binary,
  Bool,
  Data,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Duration,
  Float32,
  Float64,
  type Int,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  Time,
  Timestamp,
  TimeUnit,
  Type,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { integerTypes } from '../support/arrow-types.js';
import type { Random } from '../support/random-data.js';

/** A column: its type, and a value for each row. Numbers, times and decimals are given as they are stored. */
interface Drawn {
  readonly type: DataType;
  readonly pool: readonly unknown[];
}

const texts = [
  '',
  'a',
  'B',
  'b',
  'a-b',
  'é',
  'z',
  'Z',
  '日本',
  '\u{1F600}',
  '\uffff',
  'ab',
  'a b',
  'ﬀ',
  '10',
  '9',
];

/** Any of `count` random values made by `make`. */
const pool = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

export function integerType(random: Random): DataType {
  return random.pick(integerTypes);
}

/** Integers of every size the type has, its limits among them. */
export function drawIntegers(random: Random, type: DataType, distinct: number): Drawn {
  const { bitWidth, isSigned } = type as Int;
  const wrap = (value: bigint) =>
    isSigned ? BigInt.asIntN(bitWidth, value) : BigInt.asUintN(bitWidth, value);
  const limit = 1n << BigInt(isSigned ? bitWidth - 1 : bitWidth);
  const any = () => {
    const word = (BigInt(random.word()) << 32n) | BigInt(random.word());
    return wrap(
      random.chance(0.1) ? limit - 1n : random.chance(0.1) ? limit : word >> BigInt(random.below(64)),
    );
  };
  const values = pool(distinct, any);
  return { type, pool: bitWidth === 64 ? values : values.map(Number) };
}

export function drawFloats(random: Random, type: DataType, distinct: number): Drawn {
  const hard = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -140, 2 ** 60];
  const any = () => (random.chance(0.4) ? random.pick(hard) : (random.below(2001) - 1000) / 8);
  return { type, pool: pool(distinct, any) };
}

export function drawTexts(random: Random, type: DataType, distinct: number): Drawn {
  const any = () => random.pick(texts) + (random.chance(0.4) ? random.pick(texts) : '');
  return { type, pool: pool(distinct, any) };
}

const units = [TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND];

/** Times within 30 years of 1970, odd nanoseconds included. */
function drawTimestamps(random: Random, distinct: number): Drawn {
  const unit = random.pick(units);
  const scale = 1000n ** BigInt(unit);
  const zone = random.pick([null, null, 'UTC', 'Europe/Berlin']);
  const any = () => BigInt(random.below(2e9) - 1e9) * scale + (BigInt(random.word()) % scale);
  return { type: new Timestamp(unit, zone), pool: pool(distinct, any) };
}

function drawTimes(random: Random, distinct: number): Drawn {
  const unit = random.pick(units);
  const scale = 1000 ** unit;
  const wide = unit >= TimeUnit.MICROSECOND;
  const values = pool(distinct, () => random.below(86_400) * scale + random.below(scale));
  return { type: new Time(unit, wide ? 64 : 32), pool: wide ? values.map(BigInt) : values };
}

/** Everything pandas can group by: see fixtures/oracle_server.py for how it is asked. */
export function drawKeys(random: Random, distinct: number): Drawn {
  switch (random.below(14)) {
    case 0:
    case 1:
      return drawIntegers(random, integerType(random), distinct);
    case 2:
      return drawFloats(random, random.pick([new Float32(), new Float64()]), distinct);
    case 3:
      return { type: new Bool(), pool: [true, false] };
    case 4:
      return { type: new DateDay(), pool: pool(distinct, () => random.below(20_000) - 10_000) };
    case 5:
      return {
        type: new DateMillisecond(),
        pool: pool(distinct, () => BigInt(random.below(20_000) - 10_000) * 86_400_000n),
      };
    case 6:
      return drawTimestamps(random, distinct);
    case 7:
      return drawTimes(random, distinct);
    case 8: {
      const values = pool(distinct, () => BigInt(random.word()) - 2n ** 31n);
      return { type: new Duration(random.pick(units)), pool: values };
    }
    case 9:
      return { type: new Decimal(2, 12, 128), pool: pool(distinct, () => random.below(20_000) - 10_000) };
    case 10: {
      const bytes = pool(distinct, () => Uint8Array.from(pool(random.below(4), () => random.below(256))));
      return { type: new Binary(), pool: bytes };
    }
    case 11:
    case 12:
      return drawDictionary(random, distinct);
    default:
      return drawTexts(random, random.pick([new Utf8(), new Utf8(), new LargeUtf8()]), distinct);
  }
}

/** A category column of strings or numbers; not every value need have a row. */
export function drawDictionary(random: Random, distinct: number): Drawn {
  const index = random.pick([new Int8(), new Int16(), new Int32()]);
  const isText = random.chance(0.8);
  const drawn = isText
    ? drawTexts(random, new Utf8(), distinct)
    : drawIntegers(random, new Int64(), distinct);
  const type = new Dictionary(drawn.type, index, null, random.chance(0.3));
  return { type, pool: [...new Set(drawn.pool)] };
}

export interface Layout {
  readonly rows: number;
  /** The share of rows that are null. */
  readonly nulls: number;
  /** 1: every value equally often; more: the first values more often. */
  readonly skew: number;
}

/** A column of `rows` values of the pool. */
export function columnOf(
  random: Random,
  { type, pool: values }: Drawn,
  { rows, nulls, skew }: Layout,
): Vector {
  const size =
    type.typeId === Type.Dictionary ? Math.ceil(values.length * random.pick([0.5, 1])) : values.length;
  const picks = Array.from({ length: rows }, () => {
    if (random.chance(nulls)) return -1;
    return Math.floor(size * (random.word() / 2 ** 32) ** skew);
  });
  return storedColumn(type, values, picks);
}

/** Row k is `values[picks[k]]`, or null where that is -1. */
export function storedColumn(type: DataType, values: readonly unknown[], picks: readonly number[]): Vector {
  switch (type.typeId) {
    case Type.Bool:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
      return vectorFromArray(
        picks.map((at) => (at < 0 ? null : values[at])),
        type,
      );
    case Type.Dictionary: {
      const { indices, dictionary } = type as Dictionary;
      const stored = indices.ArrayType.from(picks.map((at) => Math.max(at, 0)) as never);
      return vectorOf(type, stored, picks, vectorFromArray([...values], dictionary));
    }
    case Type.Decimal: {
      const words = new BigInt64Array(picks.length * 2);
      picks.forEach((at, row) => {
        const value = at < 0 ? 0n : BigInt(values[at] as number);
        words.set([value, value >> 64n], row * 2);
      });
      return vectorOf(type, new Uint32Array(words.buffer), picks);
    }
    default: {
      const zero = type.ArrayType.BYTES_PER_ELEMENT === 8 && type.typeId !== Type.Float ? 0n : 0;
      return vectorOf(type, type.ArrayType.from(picks.map((at) => (at < 0 ? zero : values[at]))), picks);
    }
  }
}

function vectorOf(
  type: DataType,
  values: ArrayBufferView,
  picks: readonly number[],
  dictionary?: Vector,
): Vector {
  const validity = new Uint8Array(Math.ceil(picks.length / 8));
  picks.forEach((at, row) => {
    if (at >= 0) validity[row >>> 3] |= 1 << (row & 7);
  });
  const nullCount = picks.filter((at) => at < 0).length;
  const buffers = [undefined, values, nullCount > 0 ? validity : undefined];
  return new Vector([new Data(type, 0, picks.length, nullCount, buffers as never, [], dictionary)]);
}
