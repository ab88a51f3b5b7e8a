import { type Data, DataType, type Dictionary, Type, vectorFromArray } from 'apache-arrow';
import { isDate, dataOf as makeData, numericTypes, tagOf } from '../arrow/index.js';
import { preview } from '../util/index.js';
import { invalid } from './column.js';

/**
 * Returns one value as data of the type of a column.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` for a value that the column cannot hold
 */
export function scalarData(verb: string, { type, values }: Data, value: unknown): Data {
  if (!fits(type, value, values)) {
    throw invalid(`${verb}: a column of type ${type} cannot hold ${preview(value)}`);
  }
  const known =
    DataType.isInt(type) || DataType.isFloat(type) ? numericTypes[String(tagOf(values))] : undefined;
  const isHalf = type.typeId === Type.Float && values instanceof Uint16Array;
  if (known && !isHalf) {
    const one = new known.ArrayType(1) as unknown as { [row: number]: unknown };
    one[0] = value;
    return makeData(type, 1, 0, { values: one as unknown as ArrayBufferView });
  }
  return vectorFromArray([value], type).data[0];
}

/** Tells whether a column of this type can hold a value as it is. */
function fits(type: DataType, value: unknown, values: unknown): boolean {
  switch (type.typeId) {
    case Type.Int:
    case Type.Float:
      return fitsNumbers(value, values);
    case Type.Utf8:
    case Type.LargeUtf8:
      return typeof value === 'string';
    case Type.Bool:
      return typeof value === 'boolean';
    case Type.Timestamp:
    case Type.Date:
      return isDate(value)
        ? !Number.isNaN(value.getTime())
        : typeof value === 'number' && Number.isFinite(value);
    case Type.Dictionary:
      return fits((type as Dictionary).dictionary, value, undefined);
    default:
      return false;
  }
}

/** Tells whether a number, written into an array of this kind, stays what it is; floats may be rounded. */
function fitsNumbers(value: unknown, values: unknown): boolean {
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Uint16Array) {
    if (typeof value === 'number') return !(values instanceof Uint16Array) || Number.isFinite(value);
    return false;
  }
  if (values instanceof BigInt64Array) return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
  if (values instanceof BigUint64Array)
    return typeof value === 'bigint' && BigInt.asUintN(64, value) === value;
  if (typeof value !== 'number' || !ArrayBuffer.isView(values)) return false;
  const one = (values as Int32Array).slice(0, 0);
  return new (one.constructor as Int32ArrayConstructor)([value])[0] === value;
}
