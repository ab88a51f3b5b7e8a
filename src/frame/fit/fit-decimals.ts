import { type Data, type DataType, type Decimal, Type } from 'apache-arrow';
import {
  dataOf,
  decimalNumber,
  readDecimalWords,
  typedValues,
  writeDecimalWords,
} from '../../arrow/index.js';
import { inferredValidity } from './inferred-validity.js';

/**
 * Converts numbers or bigints to decimals of `type`; undefined where a value has more digits than it. A
 * number counts as the decimal that JavaScript prints for it: 0.1 is one tenth, and reads back as the same
 * number. A number that a decimal of `source` reads as is that decimal, with all its digits.
 */
export function fitDecimals(data: Data, type: DataType, source?: Data): Data | undefined {
  const isDouble = data.values instanceof Float64Array;
  if (type.typeId !== Type.Decimal || !(isDouble || data.type.typeId === Type.Int)) return undefined;
  const { scale, precision, bitWidth } = type as Decimal;
  const limit = 10n ** BigInt(precision);
  const stride = bitWidth / 32;
  const words = new Uint32Array(data.length * stride);
  const known = source && knownDecimals(source);
  for (let i = 0; i < data.length; i++) {
    if (!data.getValid(i)) continue;
    const before = known?.(i, Number(data.values[i]));
    if (before !== undefined) {
      writeDecimalWords(words, i, stride, before);
      continue;
    }
    const value = scaled(data.values[i], scale);
    if (value === undefined || value >= limit || value <= -limit) return undefined;
    if (BigInt.asIntN(bitWidth, value) !== value) return undefined;
    writeDecimalWords(words, i, stride, value);
  }
  const values = typedValues(type, new Uint8Array(words.buffer));
  return dataOf(type, data.length, data.nullCount, { values, validity: inferredValidity(data) });
}

/**
 * Returns a lookup of the unscaled decimal that a function saw as a number: that of the same row if it reads
 * so, else the only one of the group that does.
 */
function knownDecimals(source: Data): (row: number, number: number) => bigint | undefined {
  const { scale } = source.type as Decimal;
  const words = source.values as Uint32Array;
  const unscaled: bigint[] = [];
  const numbers: number[] = [];
  const known = new Map<number, bigint | undefined>();
  for (let i = 0; i < source.length; i++) {
    unscaled[i] = readDecimalWords(words, i, source.stride);
    numbers[i] = source.getValid(i) ? decimalNumber(unscaled[i], scale) : Number.NaN;
    const before = known.get(numbers[i]);
    known.set(numbers[i], known.has(numbers[i]) && before !== unscaled[i] ? undefined : unscaled[i]);
  }
  known.delete(Number.NaN);
  return (row, number) => (numbers[row] === number ? unscaled[row] : known.get(number));
}

/**
 * Returns `value` times 10^scale; undefined where that is not whole, and for -0, which no decimal stands for.
 */
function scaled(value: number | bigint, scale: number): bigint | undefined {
  if (Object.is(value, -0)) return undefined;
  const parts = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (parts === null) return undefined;
  const [, whole, fraction = '', exponent = '0'] = parts;
  const digits = BigInt(whole + fraction);
  const shift = scale + Number(exponent) - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}
