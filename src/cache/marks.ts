import type { AnyFunction } from '../ship/index.js';

const functions = new WeakMap<object, AnyFunction>();

/** Notes that `cached` is `fn` with a cache around it: as content, they are the same. */
export function markCached(cached: object, fn: AnyFunction): void {
  functions.set(cached, fn);
}

/** The function inside a cached one; any other function itself. */
export function cachedFunctionOf(fn: object): object {
  return functions.get(fn) ?? fn;
}
