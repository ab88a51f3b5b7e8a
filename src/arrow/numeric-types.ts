import {
  type DataType,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
} from 'apache-arrow';
import { tagOf } from './js-kind.js';

/** A typed array class and the Arrow type with the same memory layout. */
export interface NumericType {
  readonly type: () => DataType;
  readonly ArrayType: new (
    length: number,
  ) => ArrayLike<unknown> & ArrayBufferView & { set(v: never, at: number): void };
}

/** Numeric types by the tag of the typed array, which is the same in every realm. */
export const numericTypes: { [tag: string]: NumericType | undefined } = {
  Int8Array: { type: () => new Int8(), ArrayType: Int8Array },
  Int16Array: { type: () => new Int16(), ArrayType: Int16Array },
  Int32Array: { type: () => new Int32(), ArrayType: Int32Array },
  Uint8Array: { type: () => new Uint8(), ArrayType: Uint8Array },
  Uint16Array: { type: () => new Uint16(), ArrayType: Uint16Array },
  Uint32Array: { type: () => new Uint32(), ArrayType: Uint32Array },
  Float32Array: { type: () => new Float32(), ArrayType: Float32Array },
  Float64Array: { type: () => new Float64(), ArrayType: Float64Array },
  BigInt64Array: { type: () => new Int64(), ArrayType: BigInt64Array },
  BigUint64Array: { type: () => new Uint64(), ArrayType: BigUint64Array },
};

/** Returns the Arrow type of a numeric typed array, and the array itself; undefined for other values. */
export function numericView(
  values: ArrayLike<unknown>,
): { type: DataType; array: ArrayBufferView } | undefined {
  if (!ArrayBuffer.isView(values)) return undefined;
  const known = numericTypes[String(tagOf(values))];
  return known && { type: known.type(), array: values };
}
