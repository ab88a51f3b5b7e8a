import { type Data, type DataType, type Float, Precision, Type, Vector } from 'apache-arrow';
import { getBit } from '../../arrow/index.js';

/** Tells whether a column holds numbers that can be sorted into bins. */
export const holdsNumbers = (type: DataType): boolean =>
  type.typeId === Type.Int || type.typeId === Type.Float;

/** The values of a chunk; NaN where there is none. 64-bit integers that no float holds are bigints. */
export type Numbers = ArrayLike<number | bigint>;

export function numbersOf(chunk: Data): Numbers {
  if (chunk.type.typeId === Type.Null) return new Float64Array(chunk.length).fill(Number.NaN);
  const values = chunk.values as unknown as ArrayLike<number | bigint>;
  const isWide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  if (chunk.nullCount === 0 && !isWide && !isHalf(chunk.type)) return values;
  const read = isHalf(chunk.type) ? halves(chunk) : values;
  const out: number[] | Float64Array = new Float64Array(chunk.length);
  let distant: (number | bigint)[] | undefined;
  for (let i = 0; i < chunk.length; i++) {
    if (chunk.nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, chunk.offset + i)) out[i] = Number.NaN;
    else {
      out[i] = Number(read[i]);
      if (isWide && !Number.isSafeInteger(out[i])) distant ??= [];
    }
  }
  if (distant === undefined) return out;
  return Array.from(out, (value, i) =>
    Number.isNaN(value) || Number.isSafeInteger(value) ? value : read[i],
  );
}

const isHalf = (type: DataType): boolean =>
  type.typeId === Type.Float && (type as Float).precision === Precision.HALF;

const halves = (chunk: Data): ArrayLike<number> => {
  const vector = new Vector([chunk]);
  return Float64Array.from({ length: chunk.length }, (_, i) => vector.get(i) ?? Number.NaN);
};
