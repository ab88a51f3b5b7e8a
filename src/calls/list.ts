import type { OtherMemory } from './value-serializer.js';

/*
 * Lists of values on their way between threads: the arguments of many calls, or their results. Each value is
 * written when it is added, so that later changes do not show, and is read by itself, so that no two values
 * share anything.
 */

/**
 * A list that can be posted. Its values lie in segments: each is one writer's work, read from its beginning.
 */
export interface WireList {
  readonly bytes: Uint8Array;
  readonly shared: OtherMemory[];
  /** The end of each segment's bytes. */
  readonly ends: readonly number[];
  /** The position of each segment's first value. */
  readonly firsts: readonly number[];
  readonly layouts: readonly Layout[];
  /** The positions in `shared` that each segment refers to. */
  readonly uses: readonly (readonly number[])[];
}

/**
 * A segment's layout: all values in one array; all arguments of all calls in one array, so many of each; one
 * value after the other; or a single value in ship/'s form.
 */
export type Layout = 'array' | number | 'sequence' | 'graph';
