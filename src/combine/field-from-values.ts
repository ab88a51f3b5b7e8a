import { type Data, type DataType, Field, type Int, Null, Type, Uint64 } from 'apache-arrow';
import { getBit, JS_KIND } from '../arrow/index.js';

/** Is it null in every row, whatever its type? */
export const isAllNull = ({ type, length, nullCount }: Data): boolean =>
  type.typeId === Type.Null || (length > 0 && nullCount === length && type.typeId !== Type.Union);

/**
 * What a column's values say of its type, where the types of several groups have nothing in common. Nulls alone are of any type, and bigints
 * that are Int64 only because none of them is beyond it are Uint64 as well, if another group needs that.
 */
export function fieldFromValues(field: Field, data: Data, wantsUint64: boolean): Field {
  if (isAllNull(data)) return new Field(field.name, new Null(), true);
  const isChosen = isInt64(field.type) && field.metadata.get(JS_KIND) === 'bigint';
  return wantsUint64 && isChosen && !hasNegative(data) ? field.clone({ type: new Uint64() }) : field;
}

const isLong = ({ typeId, bitWidth }: Int) => typeId === Type.Int && bitWidth === 64;
const isInt64 = (type: DataType): boolean => isLong(type as Int) && (type as Int).isSigned;
export const isUint64 = (type: DataType): boolean => isLong(type as Int) && !(type as Int).isSigned;

function hasNegative({ values, length, nullCount, nullBitmap, offset }: Data): boolean {
  for (let i = 0; i < length; i++) {
    if ((values as BigInt64Array)[i] >= 0n) continue;
    if (nullCount === 0 || getBit(nullBitmap as Uint8Array, offset + i)) return true;
  }
  return false;
}
