import type { AnyFunction } from './payload.js';

/** What `partial`, `moduleFunction` and `Memory.cache` leave on the functions they return. Symbols of the registry: two copies of this package agree. */
const MARK = Symbol.for('apply-parallel.ship.mark');

export type Mark =
  | { readonly kind: 'partial'; readonly fn: AnyFunction; readonly bound: object }
  | { readonly kind: 'module'; readonly url: string; readonly name: string }
  | WrappedMark;

/** A function, or a member of it, that a {@link Wrapper} makes of another function. */
export interface WrappedMark {
  readonly kind: 'wrapped';
  readonly fn: AnyFunction;
  readonly by: Wrapper;
  readonly member?: string;
  readonly args: readonly unknown[];
}

/** The method of a {@link Wrapper} that wraps a function anew, in another thread. */
export const wrapAgain: unique symbol = Symbol.for('apply-parallel.wrap');

/** What travels by itself, and can wrap functions there as it does here. */
export interface Wrapper {
  [wrapAgain](fn: AnyFunction, member: string | undefined, args: readonly unknown[]): AnyFunction;
}

/** The properties that a wrapped function has not from its wrapper. */
export function additionsTo(fn: object, { fn: inner }: WrappedMark): (string | symbol)[] {
  return Reflect.ownKeys(fn).filter((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (!descriptor?.enumerable) return false;
    const marked = typeof descriptor.value === 'function' ? markOf(descriptor.value) : undefined;
    return !(marked?.kind === 'wrapped' && marked.fn === inner && marked.member === key);
  });
}

export function mark(fn: AnyFunction, value: Mark): void {
  Object.defineProperty(fn, MARK, { value });
}

export function markOf(fn: object): Mark | undefined {
  // Not of any object: a Proxy answers as it likes.
  return typeof fn === 'function' && Object.hasOwn(fn, MARK) ? (Reflect.get(fn, MARK) as Mark) : undefined;
}
