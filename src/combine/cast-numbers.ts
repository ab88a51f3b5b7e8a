import { type Data, type DataType, type Decimal, type Float, Precision, Type, Vector } from 'apache-arrow';
import {
  asBytes,
  dataOf,
  decimalNumber,
  readDecimalWords,
  typedValues,
  writeDecimalWords,
} from '../arrow/index.js';

/** Converts integers and floats to the values of `type`. Values of null rows are converted like others. */
export function castNumbers({ type: from, values, length }: Data, type: DataType): ArrayBufferView {
  const out = new type.ArrayType(length) as { [row: number]: number | bigint } & ArrayBufferView;
  if (from.typeId === Type.Float && (from as Float).precision === Precision.HALF) {
    const halves = new Vector([dataOf(from, length, 0, { values })]);
    for (let i = 0; i < length; i++) out[i] = halves.get(i);
    return out;
  }
  const source = values as unknown as ArrayLike<number | bigint>;
  const isWide = type.typeId === Type.Int && type.ArrayType.BYTES_PER_ELEMENT === 8;
  for (let i = 0; i < length; i++) out[i] = isWide ? BigInt(source[i]) : Number(source[i]);
  return out;
}

/** Converts decimals to the nearest floats. */
export function numbersOfDecimals(data: Data): Float64Array {
  const { scale, bitWidth } = data.type as Decimal;
  const stride = bitWidth / 32;
  const words = wordsOf(data, stride);
  return Float64Array.from({ length: data.length }, (_, i) =>
    decimalNumber(readDecimalWords(words, i, stride), scale),
  );
}

/** Returns the words of decimals. Those of 64 bits lie in a typed array of another class. */
const wordsOf = (data: Data, stride: number): Uint32Array =>
  new Uint32Array(asBytes(data.values).slice(0, data.length * stride * 4).buffer);

/** Converts decimals to a type of the same or a larger scale. */
export function castDecimals(data: Data, type: Decimal): ArrayBufferView {
  const from = data.type as Decimal;
  const factor = 10n ** BigInt(type.scale - from.scale);
  const sourceStride = from.bitWidth / 32;
  const stride = type.bitWidth / 32;
  const source = wordsOf(data, sourceStride);
  const out = new Uint32Array(data.length * stride);
  for (let i = 0; i < data.length; i++) {
    writeDecimalWords(out, i, stride, readDecimalWords(source, i, sourceStride) * factor);
  }
  return typedValues(type, asBytes(out));
}
