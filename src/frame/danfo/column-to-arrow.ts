import {
  Bool,
  type Data,
  type DataType,
  Float64,
  Int32,
  Null,
  TimestampMillisecond,
  Type,
  Utf8,
} from 'apache-arrow';
import { bitmapBytes, dataOf, ValidityBuilder } from '../../arrow/index.js';
import type { ErrorCode } from '../../errors.js';
import { type InferredColumn, inferColumn, type Likeness } from '../infer/index.js';
import { allIntegers, correctedDtype, dtypeOfType } from './dtype.js';

/**
 * Converts the cells of a danfojs column to an Arrow column, and corrects its dtype.
 *
 * @param like the column of the table of that name, which gives the type of a column whose cells are all
 *   missing
 */
export function columnFromDanfo(
  cells: readonly unknown[],
  name: string,
  dtype: string,
  code: ErrorCode,
  like?: Likeness,
): InferredColumn & { dtype: string } {
  const inferred = inferColumn(cells, name, { code, nanIsMissing: true, like });
  const { data } = inferred;
  switch (data.type.typeId as Type) {
    case Type.Null:
      return like ? { data, dtype } : missingColumn(data, dtype);
    case Type.Float: {
      if (dtype === 'float32') return { data, dtype };
      const isAllMissing = dtype !== 'int32' && cells.every(isMissing);
      if (isAllMissing && like) return { data: dataOf(new Null(), data.length, data.length, {}), dtype };
      if (isAllMissing && dtype !== 'undefined') return missingColumn(data, dtype);
      if (isAllMissing || !allIntegers(data.values as Float64Array)) return { data, dtype: 'float32' };
      return { data: asInt32(data) ?? data, dtype: 'int32' };
    }
    default:
      return {
        ...inferred,
        dtype: correctedDtype(dtype, dtypeOfType(data.type.typeId), data.type, () => cells),
      };
  }
}

const isMissing = (cell: unknown): boolean => cell === null || cell === undefined || Number.isNaN(cell);

/**
 * Makes a column of nulls of the given dtype. danfojs also calls columns float32 whose cells are all missing,
 * so that dtype gives the Null type.
 */
function missingColumn({ length: n }: Data, dtype: string): InferredColumn & { dtype: string } {
  const validity = new Uint8Array(bitmapBytes(n));
  const nulls = (type: DataType, buffers: { offsets?: Int32Array; values: ArrayBufferView }): Data =>
    dataOf(type, n, n, { ...buffers, validity });
  switch (dtype) {
    case 'int32':
      return { data: nulls(new Int32(), { values: new Int32Array(n) }), dtype };
    case 'boolean':
      return { data: nulls(new Bool(), { values: new Uint8Array(bitmapBytes(n)) }), dtype };
    case 'string':
      return {
        data: nulls(new Utf8(), { offsets: new Int32Array(n + 1), values: new Uint8Array(0) }),
        dtype,
      };
    case 'datetime':
      return {
        data: nulls(new TimestampMillisecond(), { values: new BigInt64Array(n) }),
        kind: 'Date',
        dtype,
      };
    case 'float32':
      if (n === 0) return { data: nulls(new Float64(), { values: new Float64Array(0) }), dtype };
  }
  return { data: dataOf(new Null(), n, n, {}), dtype };
}

/** Converts numbers to Int32, NaN to null; undefined where a value does not fit, such as -0. */
function asInt32(data: Data): Data | undefined {
  const values = data.values as Float64Array;
  const n = values.length;
  const out = new Int32Array(n);
  // Copies the bitmap, because the column stays as it is if a later value does not fit.
  const validity = new ValidityBuilder(n, data.nullBitmap?.slice(), data.nullCount);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    out[i] = value;
    if (out[i] === value && (value !== 0 || 1 / value > 0)) continue;
    if (!Number.isNaN(value)) return undefined;
    validity.setNull(i);
  }
  return dataOf(new Int32(), n, validity.nulls, { values: out, validity: validity.bitmap });
}
