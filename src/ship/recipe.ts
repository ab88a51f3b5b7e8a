import type { AnyFunction } from './payload.js';

/** What `partial`, `moduleFunction` and `Memory.cache` leave on the functions they return. Symbols of the registry: two copies of this package agree. */
const RECIPE = Symbol.for('apply-parallel.ship.mark');

export type Recipe =
  | { readonly kind: 'partial'; readonly fn: AnyFunction; readonly bound: object }
  | { readonly kind: 'module'; readonly url: string; readonly name: string }
  | WrappedRecipe;

/** A function, or a member of it, that a {@link Wrapper} makes of another function. */
export interface WrappedRecipe {
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
export function addedProperties(fn: object, { fn: inner }: WrappedRecipe): (string | symbol)[] {
  return Reflect.ownKeys(fn).filter((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (!descriptor?.enumerable) return false;
    const recipe = typeof descriptor.value === 'function' ? recipeOf(descriptor.value) : undefined;
    return !(recipe?.kind === 'wrapped' && recipe.fn === inner && recipe.member === key);
  });
}

export function setRecipe(fn: AnyFunction, value: Recipe): void {
  Object.defineProperty(fn, RECIPE, { value });
}

export function recipeOf(fn: object): Recipe | undefined {
  // Not of any object: a Proxy answers as it likes.
  return typeof fn === 'function' && Object.hasOwn(fn, RECIPE)
    ? (Reflect.get(fn, RECIPE) as Recipe)
    : undefined;
}
