import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';

export type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

/** Throws `ERR_INVALID_OPTION` unless it is given an iterable. */
export function requireIterable(verb: string, given: unknown): asserts given is AnyIterable {
  const isIterable =
    typeof given === 'string' ||
    (typeof given === 'object' &&
      given !== null &&
      (Symbol.iterator in given || Symbol.asyncIterator in given));
  if (isIterable) return;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb} takes an iterable, async or not, got ${preview(given)}`,
  );
}
