import type { InferContext } from './context.js';
import { tooDeepError, tooLargeError } from './errors.js';

/** Levels of nesting; more of them mean a circular object. */
const MAX_DEPTH = 64;

/** The largest value of Arrow's 32-bit offsets. */
const MAX_OFFSET = 0x7fffffff;

/** Returns `total`, and throws where 32-bit offsets cannot count so many bytes or elements. */
export function checkTotal(total: number, context: InferContext): number {
  if (total > MAX_OFFSET) throw tooLargeError(total, context);
  return total;
}

/** Returns the depth one level further inside, and throws beyond the limit. */
export function nextDepth(context: InferContext): number {
  if (context.depth === MAX_DEPTH) throw tooDeepError(MAX_DEPTH, context);
  return context.depth + 1;
}
