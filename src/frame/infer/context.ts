import type { ErrorCode } from '../../errors.js';
import { tooDeep, tooLarge } from './errors.js';

/** What goes down into nested values with the inference of a column. */
export interface InferContext {
  readonly name: string;
  readonly code: ErrorCode;
  readonly nanIsMissing: boolean;
  readonly depth: number;
  /** The row of the whole column in which value `i` lies. */
  readonly row: (i: number) => number;
}

const maxDepth = 64;

export function isMissing(value: unknown, context: InferContext): boolean {
  return (
    value === null ||
    value === undefined ||
    (context.nanIsMissing && typeof value === 'number' && Number.isNaN(value))
  );
}

/** Arrow's 32-bit offsets count up to here. */
const maxOffset = 0x7fffffff;

/** `total`, if offsets can count so many bytes or elements. */
export function checkTotal(total: number, context: InferContext): number {
  if (total > maxOffset) throw tooLarge(total, context);
  return total;
}

/** The depth of the values inside. */
export function deeper(context: InferContext): number {
  if (context.depth === maxDepth) throw tooDeep(maxDepth, context);
  return context.depth + 1;
}
