import { ApplyError } from '../errors.js';
import { isAsync, preview } from '../util/index.js';

type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

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

/** Returns the items of several iterables side by side. When one ends, all are closed. */
export function zipped(
  verb: string,
  iterables: readonly unknown[],
): Iterable<unknown[]> | AsyncIterable<unknown[]> {
  if (iterables.length === 0)
    throw new ApplyError('ERR_INVALID_OPTION', `${verb} takes at least one iterable`);
  for (const iterable of iterables) requireIterable(verb, iterable);
  const given = iterables as readonly AnyIterable[];
  return given.some(isAsync) ? zipAsync(given) : zip(given as readonly Iterable<unknown>[]);
}

function* zip(iterables: readonly Iterable<unknown>[]): Generator<unknown[]> {
  const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
  try {
    for (;;) {
      const items: unknown[] = [];
      for (const iterator of iterators) {
        const { done, value } = iterator.next();
        if (done) return;
        items.push(value);
      }
      yield items;
    }
  } finally {
    for (const iterator of iterators) iterator.return?.();
  }
}

async function* zipAsync(iterables: readonly AnyIterable[]): AsyncGenerator<unknown[]> {
  const iterators = iterables.map((iterable) =>
    isAsync(iterable) ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator](),
  );
  try {
    for (;;) {
      const items: unknown[] = [];
      for (const iterator of iterators) {
        const { done, value } = await iterator.next();
        if (done) return;
        items.push(value);
      }
      yield items;
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
