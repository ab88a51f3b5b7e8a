import { ApplyError } from '../errors.js';
import { isAsync } from '../util/index.js';
import { type AnyIterable, requireIterable } from './require-iterable.js';

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
