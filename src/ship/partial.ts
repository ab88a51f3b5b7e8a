import { ApplyError } from '../errors.js';
import { setRecipe } from './recipe.js';

/**
 * Rejects names that the function's second parameter does not have. Without it a misspelled optional name
 * would compile, since `Bound` is inferred from both arguments.
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

/**
 * The parameter's type; `never` when the function is `any`, as `bind` returns without strictBindCallApply.
 */
type Known<Fn, Group> = 0 extends 1 & Fn ? never : Group;

/** The property names of all members of a union. */
type NamesOf<Declared> = Declared extends unknown ? keyof Declared : never;

/**
 * Binds a function's second parameter by name, and leaves its first, the group, open.
 *
 * The Python counterpart is `functools.partial(scale, rate=0.2, lookup=table)`, which pandas users pass when
 * a function needs more than the group. The bound values are sent once per call to each worker, not once per
 * group; the function gets them in a new object for every group.
 *
 * A function that uses nothing from the code around it but the bound values needs no inspector, so it also
 * works under Node's permission model.
 *
 * @example
 * function scale(group: Columns, { rate }: { rate: number }) {
 *   return { ...group, y: (group.x as Float64Array).map((x) => x * rate) };
 * }
 * await applyParallel(groupby(table, 'category'), partial(scale, { rate: 0.2 }), { input: 'columns' });
 *
 * @param fn called as `fn(group, { ...bound }, ...rest)`
 * @param bound the named values: all that the second parameter of `fn` requires
 * @throws ApplyError `ERR_INVALID_OPTION` if `fn` is no function, or `bound` no object of values
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
      'partial(fn, bound): bound must be an object of named values, as in partial(fn, { rate: 0.2 }), ' +
        `got ${got}`,
    );
  }
  const kept = { ...bound };
  const bind = (group: Known<Fn, Group>, ...rest: Rest): Result => fn(group, { ...kept }, ...rest);
  Object.defineProperty(bind, 'name', { value: fn.name, configurable: true });
  setRecipe(bind, { kind: 'partial', fn, bound: kept });
  return bind;
}
