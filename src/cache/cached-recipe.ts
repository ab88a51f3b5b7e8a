import { type AnyFunction, addedProperties, recipeOf, setRecipe, type Wrapper } from '../ship/index.js';

/**
 * Gives a cached function and its methods a recipe for ship/: they travel as the function inside, which `by`
 * wraps again in the worker.
 */
export function setCachedRecipe(
  cached: AnyFunction & CachedMembers,
  fn: AnyFunction,
  by: Wrapper,
  args: readonly unknown[],
): void {
  setRecipe(cached, { kind: 'wrapped', fn, by, args });
  for (const member of CACHED_METHODS) setRecipe(cached[member], { kind: 'wrapped', fn, by, args, member });
}

/** The methods of a cached function. */
const CACHED_METHODS = ['call', 'callAndShelve', 'checkCallInCache', 'clear'] as const;

type CachedMembers = { readonly [Name in (typeof CACHED_METHODS)[number]]: AnyFunction };

/** Returns the function to hash: the one inside a cached function, unless that has properties of its own. */
export function contentOf(fn: object): object {
  const recipe = recipeOf(fn);
  return recipe?.kind === 'wrapped' && addedProperties(fn, recipe).length > 0 ? fn : unwrapCached(fn);
}

/** Returns the function inside a cached function, and any other function itself. */
export function unwrapCached(fn: object): object {
  const recipe = recipeOf(fn);
  return recipe?.kind === 'wrapped' && recipe.member === undefined ? recipe.fn : fn;
}
