import { type Data, type DataType, Field, type Int, Null, Type, Uint64 } from 'apache-arrow';
import { getBit, JS_KIND } from '../arrow/index.js';
import { isAllNull } from './is-all-null.js';

/**
 * Returns the field that a column's values allow, for groups whose types have nothing in common: the Null
 * type for nulls alone, and Uint64 for inferred bigints without a negative one, if another group has Uint64.
 */
export function fieldFromValues(field: Field, data: Data, wantsUint64: boolean): Field {
  if (isAllNull(data)) return new Field(field.name, new Null(), true);
  const isInferred = isInt64(field.type) && field.metadata.get(JS_KIND) === 'bigint';
  return wantsUint64 && isInferred && !hasNegative(data) ? field.clone({ type: new Uint64() }) : field;
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
