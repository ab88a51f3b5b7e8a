import { Null } from 'apache-arrow';
import { dataOf, kindOf, numericView } from '../../arrow/index.js';
import type { ErrorCode } from '../../errors.js';
import type { InferContext } from './context.js';
import { unknownKind } from './errors.js';
import type { InferredColumn } from './inferred-column.js';
import { lists, structs } from './nested.js';
import { bigints, booleans, dates, numbers } from './scalars.js';
import { binary, strings } from './text-and-binary.js';

export { isArrowRow, isPlainObject, JS_KIND } from '../../arrow/index.js';
export { fieldOf, type InferredColumn } from './inferred-column.js';

export interface InferOptions {
  /** @default 'ERR_BAD_RESULT' */
  code?: ErrorCode;
  /** NaN counts as missing in a column that is not of numbers, as danfojs has it. @default false */
  nanIsMissing?: boolean;
}

/**
 * The values as one Arrow column; a numeric typed array becomes a column over its own memory. The type follows from all values:
 * number: Float64, bigint: Int64 (Uint64 where needed), boolean: Bool, string: Utf8, Date: Timestamp in milliseconds, Uint8Array:
 * Binary, array and typed array: List, plain object: Struct of all members seen. null and undefined are null, and so is an
 * invalid Date; NaN stays NaN. Nothing but nulls: the Null type. Two kinds in one column are an error.
 */
export function inferColumn(
  values: ArrayLike<unknown>,
  name: string,
  { code = 'ERR_BAD_RESULT', nanIsMissing = false }: InferOptions = {},
): InferredColumn {
  const view = numericView(values);
  if (view) return { data: dataOf(view.type, values.length, 0, { values: view.array }) };
  return infer(values, { name, code, nanIsMissing, depth: 0, row: (i) => i });
}

function infer(values: ArrayLike<unknown>, context: InferContext): InferredColumn {
  const first = firstValue(values, context);
  if (first < 0) return { data: dataOf(new Null(), values.length, values.length, {}) };
  const kind = kindOf(values[first]);
  switch (kind) {
    case 'number':
      return { data: numbers(values, first, context) };
    case 'bigint':
      return { data: bigints(values, first, context), kind: 'bigint' };
    case 'boolean':
      return { data: booleans(values, first, context) };
    case 'string':
      return { data: strings(values, first, context) };
    case 'Date':
      return { data: dates(values, first, context), kind: 'Date' };
    case 'Uint8Array':
      return { data: binary(values, first, context) };
    case 'array':
      return lists(values, first, context, infer);
    case 'object':
      return { data: structs(values, first, context, infer) };
    default:
      throw unknownKind(values[first], first, context);
  }
}

/** The first row that says what kind the column is; -1: none does. */
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
