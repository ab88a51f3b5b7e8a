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

/** Rows that are visited at a time: their floats stay in the cache. */
const BLOCK = 1_024;

/**
 * Visits the values of chunks as floats, NaN where there is none. The memory is used again for the next ones.
 */
export function eachBlock(chunks: readonly Data[], visit: (numbers: Float64Array) => void): void {
  const block = new Float64Array(BLOCK);
  for (const chunk of chunks) {
    const numbers = numbersOf(chunk);
    for (let from = 0; from < numbers.length; from += BLOCK) {
      const n = Math.min(BLOCK, numbers.length - from);
      if (ArrayBuffer.isView(numbers)) {
        // Without a call for each number, since this copies the memory of floats as it is.
        block.set((numbers as unknown as Float64Array).subarray(from, from + n));
      } else for (let i = 0; i < n; i++) block[i] = Number(numbers[from + i]);
      visit(block.subarray(0, n));
    }
  }
}

const isHalf = (type: DataType): boolean =>
  type.typeId === Type.Float && (type as Float).precision === Precision.HALF;

const halves = (chunk: Data): ArrayLike<number> => {
  const vector = new Vector([chunk]);
  return Float64Array.from({ length: chunk.length }, (_, i) => vector.get(i) ?? Number.NaN);
};
