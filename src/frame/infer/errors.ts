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

export function mixed(
  values: ArrayLike<unknown>,
  first: number,
  i: number,
  context: InferContext,
): ApplyError {
  if (kindOf(values[i]) === undefined) return unknownKind(values[i], i, context);
  const [a, b] = [nameOfKind(values[first]), nameOfKind(values[i])];
  const numeric = new Set([a, b]);
  const hint =
    numeric.has('bigint') && numeric.has('number')
      ? 'make all of them numbers with Number(value), or all of them bigints with BigInt(value)'
      : 'a column holds values of one kind; use null for a missing one';
  return new ApplyError(
    context.code,
    `column ${quote(context.name)} mixes ${a} (row ${context.row(first)}: ${show(values[first])}) with ` +
      `${b} (row ${context.row(i)}: ${show(values[i])}): ${hint}`,
  );
}

export function unknownKind(value: unknown, i: number, context: InferContext): ApplyError {
  return new ApplyError(
    context.code,
    `column ${quote(context.name)} holds a ${nameOfKind(value)} (row ${context.row(i)}: ${show(value)}); a column holds ${kindsAllowed}`,
  );
}

export function outOfRange(value: unknown, i: number, context: InferContext, negative = -1): ApplyError {
  const rule =
    negative < 0
      ? 'does not fit into 64 bits'
      : `needs an unsigned 64-bit column, but row ${context.row(negative)} is negative`;
  return new ApplyError(
    context.code,
    `column ${quote(context.name)}: the bigint ${show(value)} in row ${context.row(i)} ${rule}; write such values as strings`,
  );
}

export function tooLarge(total: number, { name, code }: InferContext): ApplyError {
  return new ApplyError(
    code,
    `column ${quote(name)} is too large: it takes ${total} bytes or elements, of at most 2^31-1`,
  );
}

export function tooDeep(limit: number, { name, code }: InferContext): ApplyError {
  return new ApplyError(
    code,
    `column ${quote(name.split('.')[0])} nests more than ${limit} levels deep: a circular object?`,
  );
}
