import { inspect } from 'node:util';
import { kindOf, kindsAllowed, nameOfKind } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import type { InferContext } from './context.js';

const quote = (name: string): string => JSON.stringify(name);

function show(value: unknown): string {
  const text = inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 40,
    maxArrayLength: 3,
  });
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Makes the error for values of two kinds in one column: that of row `i` and that of the first row with a
 * value.
 */
export function mixedKindsError(
  values: ArrayLike<unknown>,
  first: number,
  i: number,
  context: InferContext,
): ApplyError {
  if (kindOf(values[i]) === undefined) return unknownKindError(values[i], i, context);
  const [a, b] = [nameOfKind(values[first]), nameOfKind(values[i])];
  const kinds = new Set([a, b]);
  const hint =
    kinds.has('bigint') && kinds.has('number')
      ? 'make all of them numbers with Number(value), or all of them bigints with BigInt(value)'
      : 'a column holds values of one kind; use null for a missing one';
  return new ApplyError(
    context.code,
    `column ${quote(context.name)} mixes ${a} (row ${context.row(first)}: ${show(values[first])}) with ` +
      `${b} (row ${context.row(i)}: ${show(values[i])}): ${hint}`,
  );
}

/** Makes the error for a value that no column can hold. */
export function unknownKindError(value: unknown, i: number, context: InferContext): ApplyError {
  return new ApplyError(
    context.code,
    `column ${quote(context.name)} holds a ${nameOfKind(value)} (row ${context.row(i)}: ${show(value)}); ` +
      `a column holds ${kindsAllowed}`,
  );
}

/**
 * Makes the error for a bigint that no 64-bit column can hold. `negative` is the row of a negative bigint,
 * where that one rules out unsigned integers; -1 where the value itself is too large.
 */
export function outOfRangeError(value: unknown, i: number, context: InferContext, negative = -1): ApplyError {
  const rule =
    negative < 0
      ? 'does not fit into 64 bits'
      : `needs an unsigned 64-bit column, but row ${context.row(negative)} is negative`;
  return new ApplyError(
    context.code,
    `column ${quote(context.name)}: the bigint ${show(value)} in row ${context.row(i)} ${rule}; ` +
      'write such values as strings',
  );
}

/** Makes the error for a column that 32-bit offsets cannot count. */
export function tooLargeError(total: number, { name, code }: InferContext): ApplyError {
  return new ApplyError(
    code,
    `column ${quote(name)} is too large: it takes ${total} bytes or elements, of at most 2^31-1`,
  );
}

/** Makes the error for values nested deeper than `limit` levels. */
export function tooDeepError(limit: number, { name, code }: InferContext): ApplyError {
  return new ApplyError(
    code,
    `column ${quote(name.split('.')[0])} nests more than ${limit} levels deep: a circular object?`,
  );
}
