import { membersTaken, recipeOf } from '../../ship/index.js';

/** How functions reach the columns of their groups, in the forms where that can be seen. */
const ACCESS = {
  columns: {},
  arrow: { method: 'getChild', others: ['numRows'] },
};

/**
 * Returns the columns that a function may use of its groups, so that the others need not be read. Returns
 * undefined where it may use any.
 *
 * @param form the form of the groups
 */
export function columnsUsed(fn: unknown, form: string): ReadonlySet<string> | undefined {
  // A function made by `partial` or `moduleFunction` runs other code than its own.
  if (typeof fn !== 'function' || recipeOf(fn) || (form !== 'columns' && form !== 'arrow')) return undefined;
  return membersTaken(Function.prototype.toString.call(fn), ACCESS[form]);
}
