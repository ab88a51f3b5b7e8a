import type { Table } from 'apache-arrow';
import { type FrameLike, type GroupContext, partial } from '../index.js';
import { nearest } from '../options/index.js';
import { parametersOf } from '../ship/index.js';
import { UsageError } from './usage-error.js';
import { namedValues } from './values.js';

/** A function of the user's module, whose parameters are not known. */
type ModuleFunction = (...args: never[]) => unknown;
type GroupFunction = (group: Table, context: GroupContext) => FrameLike;
type BoundFunction = (group: Table, values: object, context: GroupContext) => FrameLike;

/**
 * Binds the values of `--set` to the second parameter of a function. Refuses names that this parameter does
 * not take, where it is written as a pattern: nothing would read them.
 */
export function withValues(fn: ModuleFunction, texts: readonly string[]): GroupFunction {
  const values = namedValues('--set', texts);
  const names = Object.keys(values);
  if (names.length === 0) return fn as GroupFunction;
  checkNames(fn, names);
  return partial(fn as BoundFunction, values);
}

function checkNames(fn: ModuleFunction, names: readonly string[]): void {
  const parameters = parametersOf(fn);
  if (parameters === undefined || parameters.slice(0, 2).some(({ isRest }) => isRest)) return;
  const what = fn.name === '' || fn.name === 'default' ? 'the function' : `the function ${fn.name}`;
  const second = parameters.at(1);
  if (second === undefined && readsArguments(fn)) return;
  if (second === undefined || (second.isClosed && second.properties.length === 0)) {
    throw new UsageError(
      `--set ${names[0]}: ${what} takes no values; write it as (group, { ${names.join(', ')} }) => …`,
    );
  }
  if (!second.isClosed) return;
  const unknown = names.find((name) => !second.properties.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, second.properties);
  const advice = near === undefined ? `it takes ${second.properties.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`--set: ${what} takes no value ${unknown}; ${advice}`);
}

/** An ordinary function may read values that it does not name. */
const readsArguments = (fn: ModuleFunction): boolean =>
  /\barguments\b/.test(Function.prototype.toString.call(fn));
