import { kindOf } from '../values/index.js';

/** A plain object of more fields is data itself, and no options that name data. */
const MAX_FIELDS = 16;

/**
 * Returns the fields of a small plain object, such as `{ index, i }`, that name objects: a call may get its
 * large arguments in a fresh one. Runs no getter.
 */
export function objectsIn(argument: object): [name: string, value: object][] {
  if (kindOf(argument) !== 'object') return [];
  const names = Object.keys(argument);
  if (names.length > MAX_FIELDS) return [];
  const found: [string, object][] = [];
  for (const name of names) {
    const value: unknown = Object.getOwnPropertyDescriptor(argument, name)?.value;
    if (typeof value === 'object' && value !== null) found.push([name, value]);
  }
  return found;
}

/** Returns the argument with stand-ins for some of the objects that it names; itself if it names none. */
export function withStandIns(argument: object, standIns: ReadonlyMap<unknown, unknown>): object {
  const named = objectsIn(argument).filter(([, value]) => standIns.has(value));
  if (named.length === 0) return argument;
  // Copies descriptors: the argument may be frozen, and may have a field named __proto__.
  const fields = Object.getOwnPropertyDescriptors(argument) as { [name: string]: PropertyDescriptor };
  for (const [name, value] of named) fields[name].value = standIns.get(value);
  return Object.create(Object.prototype, fields) as object;
}
