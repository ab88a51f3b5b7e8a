import type { AnyFunction } from './payload.js';

/** What `partial` and `moduleFunction` leave on the functions they return. Symbols of the registry: two copies of this package agree. */
const MARK = Symbol.for('apply-parallel.ship.mark');

export type Mark =
  | { readonly kind: 'partial'; readonly fn: AnyFunction; readonly bound: object }
  | { readonly kind: 'module'; readonly url: string; readonly name: string };

export function mark(fn: AnyFunction, value: Mark): void {
  Object.defineProperty(fn, MARK, { value });
}

export function markOf(fn: object): Mark | undefined {
  // Not of any object: a Proxy answers as it likes.
  return typeof fn === 'function' && Object.hasOwn(fn, MARK) ? (Reflect.get(fn, MARK) as Mark) : undefined;
}
