import {
  type Data,
  type DataType,
  type Float,
  Float16,
  type Interval,
  IntervalUnit,
  Precision,
  Type,
  util,
} from 'apache-arrow';
import { dataOf, offsetWords, typedValues } from '../../arrow/index.js';
import { inferredValidity } from './inferred-validity.js';

const isNumber = ({ type }: Data) => type.typeId === Type.Int || type.typeId === Type.Float;

/** Converts whole numbers to a type of integers; undefined where one is out of range, a fraction, or -0. */
export function fitIntegers(data: Data, type: DataType): Data | undefined {
  if (!isNumber(data) || isHalf(data.type)) return undefined;
  const source = data.values as unknown as ArrayLike<number | bigint>;
  const out = new type.ArrayType(data.length) as { [row: number]: number | bigint } & ArrayBufferView;
  const isWide = type.ArrayType.BYTES_PER_ELEMENT === 8;
  for (let i = 0; i < data.length; i++) {
    const value = source[i];
    const isWhole = typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0));
    if (isWhole) {
      out[i] = isWide ? BigInt(value) : Number(value);
      // A typed array wraps a value that does not fit, so the value is read back.
      if (BigInt(out[i]) === BigInt(value)) continue;
    }
    if (data.getValid(i)) return undefined;
    out[i] = isWide ? 0n : 0;
  }
  return dataOf(type, data.length, data.nullCount, { values: out, validity: inferredValidity(data) });
}

const isHalf = (type: DataType) => type.typeId === Type.Float && (type as Float).precision === Precision.HALF;

/** Converts numbers to a type of floats; undefined where one would change. NaN stays NaN. */
export function fitFloats(data: Data, type: DataType): Data | undefined {
  if (!isNumber(data) || isHalf(data.type)) return undefined;
  const source = data.values as unknown as ArrayLike<number | bigint>;
  if (isHalf(type)) return fitHalves(data, source);
  const out = new type.ArrayType(data.length) as Float64Array;
  for (let i = 0; i < data.length; i++) {
    const value = source[i];
    out[i] = Number(value);
    const fits = typeof value === 'bigint' ? Number.isSafeInteger(out[i]) : Object.is(out[i], value);
    if (!fits && data.getValid(i)) return undefined;
  }
  return dataOf(type, data.length, data.nullCount, { values: out, validity: inferredValidity(data) });
}

function fitHalves(data: Data, source: ArrayLike<number | bigint>): Data | undefined {
  const type = new Float16();
  const out = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    out[i] = util.float64ToUint16(Number(source[i]));
    if (!Object.is(util.uint16ToFloat64(out[i]), source[i]) && data.getValid(i)) return undefined;
  }
  return dataOf(type, data.length, data.nullCount, { values: out, validity: inferredValidity(data) });
}

/**
 * Converts lists of words to decimals or intervals: apache-arrow reads such a value as a typed array of its
 * words.
 */
export function fitWords(data: Data, type: DataType): Data | undefined {
  if (data.type.typeId !== Type.List) return undefined;
  const [child] = data.children;
  const { stride } = dataOf(type, 0, 0, {});
  const ArrayType = type.ArrayType as unknown as Int32ArrayConstructor;
  if (!(child.values instanceof Int32Array || (child.values as unknown) instanceof Uint32Array))
    return undefined;
  if (child.values.BYTES_PER_ELEMENT !== ArrayType.BYTES_PER_ELEMENT) return undefined;
  const { words } = offsetWords(data);
  const out = new ArrayType(data.length * stride);
  // apache-arrow reads months as two numbers: the years, and the months beyond them.
  const isMonths = type.typeId === Type.Interval && (type as Interval).unit === IntervalUnit.YEAR_MONTH;
  for (let i = 0; i < data.length; i++) {
    if (!data.getValid(i)) continue;
    const value = (child.values as Int32Array).subarray(words[i], words[i + 1]);
    if (value.length !== (isMonths ? 2 : stride)) return undefined;
    out.set(isMonths ? [value[0] * 12 + value[1]] : value, i * stride);
  }
  const values = typedValues(type, new Uint8Array(out.buffer));
  return dataOf(type, data.length, data.nullCount, { values, validity: inferredValidity(data) });
}
