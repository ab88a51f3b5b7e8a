/* Lists of values on their way between threads: the arguments of many calls, or their results. Each value is written when it is
   added, so that nothing done to it later shows, and each is read by itself, so that no two have anything in common. */

/** Can be posted. The values lie in segments: one writer's work, to be read from its beginning. */
export interface WireList {
  readonly bytes: Uint8Array;
  readonly shared: readonly SharedArrayBuffer[];
  /** Of each segment: where its bytes end, its first value's position, and how its values lie in it. */
  readonly ends: readonly number[];
  readonly firsts: readonly number[];
  readonly layouts: readonly Layout[];
}

/**
 * All values in one array; all arguments of all calls in one array, so many of each; one value after the other; a single one, in
 * ship/'s form.
 */
export type Layout = 'array' | number | 'sequence' | 'graph';
