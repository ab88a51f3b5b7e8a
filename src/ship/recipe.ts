import type { AnyFunction } from './payload.js';

/** The property that holds a recipe. Registered symbols are the same in two copies of this package. */
const RECIPE = Symbol.for('apply-parallel.ship.mark');

/**
 * How a function that `partial`, `moduleFunction` or `Memory.cache` returned was made. Workers make it again
 * from its parts, as pickle does with what `__reduce__` returns.
 */
export type Recipe =
  | { readonly kind: 'partial'; readonly fn: AnyFunction; readonly bound: object }
  | { readonly kind: 'module'; readonly url: string; readonly name: string }
  | WrappedRecipe;

/**
 * The recipe of a function that a {@link Wrapper} made of another, or of a function that is a member of such
 * a one.
 */
export interface WrappedRecipe {
  readonly kind: 'wrapped';
  readonly fn: AnyFunction;
  readonly by: Wrapper;
  readonly member?: string;
  readonly args: readonly unknown[];
}

/** The name of the method of a {@link Wrapper} that wraps a function again, in another thread. */
export const wrapAgain: unique symbol = Symbol.for('apply-parallel.wrap');

/** A value that can be sent to workers, and that wraps functions there as it does here. */
export interface Wrapper {
  [wrapAgain](fn: AnyFunction, member: string | undefined, args: readonly unknown[]): AnyFunction;
}

/** Returns the enumerable properties that were put on a wrapped function by others than its wrapper. */
export function addedProperties(fn: object, { fn: inner }: WrappedRecipe): (string | symbol)[] {
  return Reflect.ownKeys(fn).filter((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (!descriptor?.enumerable) return false;
    const recipe = typeof descriptor.value === 'function' ? recipeOf(descriptor.value) : undefined;
    return !(recipe?.kind === 'wrapped' && recipe.fn === inner && recipe.member === key);
  });
}

/** Puts a recipe on a function. */
export function setRecipe(fn: AnyFunction, value: Recipe): void {
  Object.defineProperty(fn, RECIPE, { value });
}

/** Returns the recipe of a value; undefined when it has none. */
export function recipeOf(fn: object): Recipe | undefined {
  // Asks only functions: a Proxy of an object may answer anything.
  return typeof fn === 'function' && Object.hasOwn(fn, RECIPE)
    ? (Reflect.get(fn, RECIPE) as Recipe)
    : undefined;
}
