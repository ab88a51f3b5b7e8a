import { isPlainObject } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { type AnyFunction, type Parameter, parametersOf, parseFunction } from '../ship/index.js';
import { preview } from '../util/index.js';
import { functionName } from './function-name.js';
import { warnOnce } from './warnings.js';

/** The parts of a call that do not count. */
export interface Ignored {
  /** Returns the arguments without the parts that do not count. */
  withoutIgnored(args: readonly unknown[]): unknown[];
  /** Returns whether a variable that the function uses does not count. */
  leavesOut(name: string): boolean;
  /** Returns the name of an argument for messages. */
  nameOf(index: number): string;
}

/** Reads the `ignore` option. Throws `ERR_INVALID_OPTION` for a name that the function does not have. */
export function readIgnore(fn: AnyFunction, ignore: readonly (string | number)[]): Ignored {
  const parameters = parametersOf(fn) ?? [];
  const indices = new Set<number>();
  let restFrom = Number.POSITIVE_INFINITY;
  const members = new Map<number, Set<string>>();
  const variables = new Set<string>();
  for (const each of ignore) {
    if (typeof each === 'number') {
      if (each < 0) throw badIgnore(each, 'positions count from 0');
      indices.add(each);
      continue;
    }
    const [name, member, ...deeper] = each.split('.');
    if (member === '' || deeper.length > 0) {
      throw badIgnore(each, "a member of a parameter is named like 'options.verbose', one level deep");
    }
    const index = parameters.findIndex((parameter) => parameter.name === name);
    const within =
      member === undefined ? parameters.findIndex(({ properties }) => properties.includes(name)) : -1;
    if (index >= 0 && member !== undefined) addTo(members, index, member);
    else if (index >= 0 && parameters[index].isRest) restFrom = index;
    else if (index >= 0) indices.add(index);
    else if (within >= 0) addTo(members, within, name);
    else if (isCaptured(fn, each)) variables.add(each);
    else throw unknownName(fn, each, parameters);
  }
  return {
    withoutIgnored(args) {
      const kept = args.map((arg, index) => {
        if (indices.has(index) || index >= restFrom) return undefined;
        const ignored = members.get(index);
        if (!ignored) return arg;
        if (isPlainObject(arg)) return without(arg, ignored);
        if (typeof arg === 'object' && arg !== null) warnOfInstance(fn, parameters[index].name, arg, ignored);
        return arg;
      });
      // f(1) and f(1, undefined) are the same call.
      while (kept.length > 0 && kept[kept.length - 1] === undefined) kept.pop();
      return kept;
    },
    leavesOut: (name) => variables.has(name),
    nameOf: (index) => parameters[index]?.name ?? `argument ${index}`,
  };
}

function addTo(members: Map<number, Set<string>>, index: number, name: string): void {
  members.set(index, (members.get(index) ?? new Set()).add(name));
}

function without(object: { readonly [name: string]: unknown }, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
}

/** Warns that an instance counts as a whole: removing a field could break its class's methods. */
function warnOfInstance(
  fn: AnyFunction,
  parameter = 'the pattern',
  arg: object,
  names: ReadonlySet<string>,
): void {
  const instanceClass: unknown = Reflect.get(arg, 'constructor');
  const kind =
    typeof instanceClass === 'function' ? `an instance of ${instanceClass.name}` : 'no plain object';
  const members = [...names].join(', ');
  warnOnce(
    `ignore ${functionName(fn)} ${parameter} ${members} ${kind}`,
    `${functionName(fn)}: ignore names ${members} of ${parameter}, and ${parameter} is ${kind}, ` +
      'which counts whole: members are left out of plain objects only',
  );
}

function isCaptured(fn: AnyFunction, name: string): boolean {
  try {
    return parseFunction(Function.prototype.toString.call(fn)).analysis.free.has(name);
  } catch {
    return false;
  }
}

const badIgnore = (each: string | number, rule: string): ApplyError =>
  new ApplyError('ERR_INVALID_OPTION', `Memory.cache: ignore has ${preview(each)}: ${rule}`);

function unknownName(fn: AnyFunction, name: string, parameters: readonly Parameter[]): ApplyError {
  const names = parameters.flatMap((parameter) => [parameter.name ?? [], parameter.properties].flat());
  const has =
    names.length > 0
      ? `its parameters are ${names.join(', ')}`
      : 'its parameters have no names that can be read';
  return new ApplyError(
    'ERR_INVALID_OPTION',
    `Memory.cache: ignore names ${preview(name)}, which ${fn.name || 'the function'} neither takes ` +
      `nor uses; ${has}. Positions work too: ignore: [0]`,
  );
}
