/**
 * A column of numbers in plain memory: of floats, where NaN is a missing value, or of integers of up to 32
 * bits. Helpers read and make such columns without data of Arrow, which costs more than a short column
 * itself.
 */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

const CLASSES: ReadonlySet<unknown> = new Set([
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
]);

/** Tells whether a column is a typed array that has the fast way; a Buffer of Node has not. */
export const isNumbers = (column: unknown): column is Numbers =>
  ArrayBuffer.isView(column) && CLASSES.has(column.constructor);

export const isFloats = (column: unknown): column is Float64Array | Float32Array =>
  column instanceof Float64Array || column instanceof Float32Array;

/** Returns an array for numbers of the same kind. */
const sameNumbers = (numbers: Numbers, length: number): Numbers =>
  new (numbers.constructor as Float64ArrayConstructor)(length);

/**
 * Returns an array for numbers of the same kind and NaN: 32-bit floats stay so, and all others are 64-bit
 * floats.
 */
export const floatsFor = (numbers: Numbers, length: number): Float64Array | Float32Array =>
  new (numbers instanceof Float32Array ? Float32Array : Float64Array)(length);

/** Takes rows of numbers; -1 is NaN. */
export function takeNumbers(numbers: Numbers, rows: Int32Array): Numbers {
  const hasMissing = rows.includes(-1);
  const out = hasMissing ? floatsFor(numbers, rows.length) : sameNumbers(numbers, rows.length);
  if (hasMissing) for (let i = 0; i < out.length; i++) out[i] = rows[i] < 0 ? Number.NaN : numbers[rows[i]];
  else for (let i = 0; i < out.length; i++) out[i] = numbers[rows[i]];
  return out;
}
