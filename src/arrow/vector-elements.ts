import { type DataType, type Float, Precision, Type, type Vector } from 'apache-arrow';

/**
 * Returns the elements of a vector of any copy of apache-arrow as its `get` gives them. Its own `toArray`
 * gives the buffer of many types: without nulls, several words for a decimal, and 64-bit counts for a time.
 */
export function vectorElements(vector: { toArray(): ArrayLike<unknown> }): ArrayLike<unknown> {
  const { type, nullCount } = vector as Vector;
  return isPlainNumber(type) && nullCount === 0 ? vector.toArray() : Array.from(vector as Vector);
}

const isPlainNumber = (type: DataType): boolean =>
  type.typeId === Type.Int || (type.typeId === Type.Float && (type as Float).precision !== Precision.HALF);
