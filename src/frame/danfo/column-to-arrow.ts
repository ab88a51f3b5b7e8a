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
import { type InferredColumn, inferColumn } from '../infer/index.js';
import { allIntegers, correctedDtype, dtypeOfType } from './dtype.js';

/** Cells of a danfojs column as an Arrow column, with the dtype that tells the truth about them. */
export function columnFromDanfo(
  cells: readonly unknown[],
  name: string,
  dtype: string,
  code: ErrorCode,
): InferredColumn & { dtype: string } {
  const inferred = inferColumn(cells, name, { code, nanIsMissing: true });
  const { data } = inferred;
  switch (data.type.typeId as Type) {
    case Type.Null:
      return missing(data, dtype);
    case Type.Float: {
      if (dtype === 'float32') return { data, dtype };
      const saysNothing = dtype !== 'int32' && cells.every(isMissing);
      if (saysNothing && dtype !== 'undefined') return missing(data, dtype);
      if (saysNothing || !allIntegers(data.values as Float64Array)) return { data, dtype: 'float32' };
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

/** danfojs calls a column of nulls float32 for want of a better word, so that word alone tells nothing. */
function missing({ length: n }: Data, dtype: string): InferredColumn & { dtype: string } {
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

/** The column as Int32, NaN as null; undefined where a value does not fit, as -0 does not. */
function asInt32(data: Data): Data | undefined {
  const values = data.values as Float64Array;
  const n = values.length;
  const out = new Int32Array(n);
  // A copy: the column stays as it is where a later value does not fit.
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
