import { type AnyFunction, addedProperties, recipeOf, setRecipe, type Wrapper } from '../ship/index.js';

/** Notes that `cached` is `fn` with a cache around it: as content they are the same, and `by` makes one of the other in a worker. */
export function setCachedRecipe(
  cached: AnyFunction & CachedMembers,
  fn: AnyFunction,
  by: Wrapper,
  args: readonly unknown[],
): void {
  setRecipe(cached, { kind: 'wrapped', fn, by, args });
  for (const member of members) setRecipe(cached[member], { kind: 'wrapped', fn, by, args, member });
}

/** What a cached function has beside being called. */
export const members = ['call', 'callAndShelve', 'checkCallInCache', 'clear'] as const;

type CachedMembers = { readonly [Name in (typeof members)[number]]: AnyFunction };

/** What a function is as content: of a cached one the function inside, unless the program has put something on it. */
export function contentOf(fn: object): object {
  const recipe = recipeOf(fn);
  return recipe?.kind === 'wrapped' && addedProperties(fn, recipe).length > 0 ? fn : unwrapCached(fn);
}

/** The function inside a cached one; any other function itself. */
export function unwrapCached(fn: object): object {
  const recipe = recipeOf(fn);
  return recipe?.kind === 'wrapped' && recipe.member === undefined ? recipe.fn : fn;
}
