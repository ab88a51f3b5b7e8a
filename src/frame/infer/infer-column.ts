import { Null, Type } from 'apache-arrow';
import { dataOf, kindOf, numericView } from '../../arrow/index.js';
import type { ErrorCode } from '../../errors.js';
import type { InferContext, Likeness } from './context.js';
import { unknownKindError } from './errors.js';
import type { InferredColumn } from './inferred-column.js';
import { mapColumn } from './maps.js';
import { listColumn, structData } from './nested.js';
import { bigintData, booleanData, dateData, numberData } from './scalars.js';
import { binaryData, stringData } from './text-and-binary.js';
import { unionColumn } from './unions.js';

export interface InferOptions {
  /** @default 'ERR_BAD_RESULT' */
  code?: ErrorCode;
  /** Counts NaN as missing in a column that is not of numbers, as danfojs does. @default false */
  nanIsMissing?: boolean;
  /** See {@link Likeness}. It makes objects maps, and values of several kinds a union. */
  like?: Likeness;
}

/**
 * Makes one Arrow column of the values; a numeric typed array is not copied. All values decide the type:
 *
 * - number: Float64, and NaN stays NaN
 * - bigint: Int64, or Uint64 where one does not fit
 * - boolean: Bool
 * - string: Utf8
 * - Date: Timestamp in milliseconds, and an invalid one is null
 * - Uint8Array: Binary
 * - array, typed array, vector: List
 * - plain object: Struct of all members seen
 * - nothing but null and undefined: Null
 *
 * @throws ApplyError `options.code` where one column holds two kinds, or a value of no kind
 */
export function inferColumn(
  values: ArrayLike<unknown>,
  name: string,
  { code = 'ERR_BAD_RESULT', nanIsMissing = false, like }: InferOptions = {},
): InferredColumn {
  const view = numericView(values);
  if (view) return { data: dataOf(view.type, values.length, 0, { values: view.array }) };
  return infer(values, { name, code, nanIsMissing, like, depth: 0, row: (i) => i });
}

function infer(values: ArrayLike<unknown>, context: InferContext): InferredColumn {
  const first = firstValue(values, context);
  if (first < 0) return { data: dataOf(new Null(), values.length, values.length, {}) };
  const like = context.like?.type.typeId;
  const special =
    like === Type.Map
      ? mapColumn(values, context, infer)
      : like === Type.Union
        ? unionColumn(values, context, infer)
        : undefined;
  if (special) return special;
  const kind = kindOf(values[first]);
  switch (kind) {
    case 'number':
      return { data: numberData(values, first, context) };
    case 'bigint':
      return { data: bigintData(values, first, context), kind: 'bigint' };
    case 'boolean':
      return { data: booleanData(values, first, context) };
    case 'string':
      return { data: stringData(values, first, context) };
    case 'Date':
      return { data: dateData(values, first, context), kind: 'Date' };
    case 'Uint8Array':
      return { data: binaryData(values, first, context) };
    case 'array':
      return listColumn(values, first, context, infer);
    case 'object':
      return { data: structData(values, first, context, infer) };
    default:
      throw unknownKindError(values[first], first, context);
  }
}

/** Returns the first row with a value, which gives the column its kind; else the first NaN, else -1. */
function firstValue(values: ArrayLike<unknown>, { nanIsMissing }: InferContext): number {
  let nan = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    if (!nanIsMissing || !Number.isNaN(value)) return i;
    if (nan < 0) nan = i;
  }
  return nan;
}
