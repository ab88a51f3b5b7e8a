import { ApplyError } from '../errors.js';
import { setRecipe } from './recipe.js';

/**
 * Refuses names that the function's second parameter does not have: a misspelled optional one would be left out without a word, since
 * `Bound` is inferred from both arguments.
 */
export type NothingElse<Fn, Bound> = Fn extends (
  group: never,
  bound: infer Declared,
  ...rest: never
) => unknown
  ? unknown extends Declared
    ? unknown
    : { readonly [Name in Exclude<keyof Bound, NamesOf<Declared>>]: never }
  : unknown;

/** A function that is `any`, as what `bind` gives is without strictBindCallApply, fits everywhere. */
type Known<Fn, Group> = 0 extends 1 & Fn ? never : Group;

/** Of all members of a union. */
type NamesOf<Declared> = Declared extends unknown ? keyof Declared : never;

/**
 * Binds a function's second parameter by name, and leaves its first, the group, open.
 *
 * The Python counterpart is `functools.partial(scale, rate=0.2, lookup=table)`: what pandas users pass when the function needs more
 * than the group. What is bound is sent once per call to each worker, not once per group; the function gets a fresh
 * object with it for every group.
 *
 * A function that uses nothing from its surroundings but what is bound needs no inspector, so that it also works under Node's
 * permission model.
 *
 * @example
 * function scale(group: Columns, { rate }: { rate: number }) {
 *   return { ...group, y: (group.x as Float64Array).map((x) => x * rate) };
 * }
 * await applyParallel(groupby(table, 'category'), partial(scale, { rate: 0.2 }), { input: 'columns' });
 *
 * @param fn called as `fn(group, { ...bound }, ...rest)`
 * @param bound the named values; all that `fn`'s second parameter requires
 */
export function partial<
  Group,
  Bound extends object,
  Rest extends readonly unknown[],
  Result = never,
  Fn = unknown,
>(
  fn: Fn & ((group: Group, bound: Bound, ...rest: Rest) => Result),
  bound: Bound & NothingElse<Fn, Bound>,
): (group: Known<Fn, Group>, ...rest: Rest) => Result {
  if (typeof fn !== 'function') {
    throw new ApplyError('ERR_INVALID_OPTION', `partial(fn, bound): fn must be a function, got ${typeof fn}`);
  }
  if (typeof bound !== 'object' || bound === null || Array.isArray(bound)) {
    const got = Array.isArray(bound) ? 'an array' : String(bound);
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `partial(fn, bound): bound must be an object of named values, as in partial(fn, { rate: 0.2 }), got ${got}`,
    );
  }
  const kept = { ...bound };
  const bind = (group: Known<Fn, Group>, ...rest: Rest): Result => fn(group, { ...kept }, ...rest);
  Object.defineProperty(bind, 'name', { value: fn.name, configurable: true });
  setRecipe(bind, { kind: 'partial', fn, bound: kept });
  return bind;
}
