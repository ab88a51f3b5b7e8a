import { type Expression, type Function as FunctionAst, type Pattern, parseExpressionAt } from 'acorn';
import { isPlainObject } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { type AnyFunction, parseFunction } from '../ship/index.js';
import { preview } from '../util/index.js';
import { functionName } from './function-name.js';
import { warnOnce } from './warnings.js';

/** Which parts of a call do not count. */
export interface Ignored {
  /** The arguments that count, without the parts that do not. */
  keep(args: readonly unknown[]): unknown[];
  /** Is a variable the function captures left out? */
  leavesOut(name: string): boolean;
  /** What messages call an argument. */
  nameOf(index: number): string;
}

/** What stands for an argument that does not count. */
const NOTHING = undefined;

/** Reads the `ignore` option. Throws `ERR_INVALID_OPTION` for a name the function does not have. */
export function readIgnore(fn: AnyFunction, ignore: readonly (string | number)[]): Ignored {
  const parameters = parametersOf(fn);
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
    keep(args) {
      const kept = args.map((arg, index) => {
        if (indices.has(index) || index >= restFrom) return NOTHING;
        const left = members.get(index);
        if (!left) return arg;
        if (isPlainObject(arg)) return without(arg, left);
        if (typeof arg === 'object' && arg !== null) warnOfInstance(fn, parameters[index].name, arg, left);
        return arg;
      });
      // f(1) and f(1, undefined) are one call.
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

/** What an instance is made of is its class's business: without a field it may be something that the class never makes. */
function warnOfInstance(
  fn: AnyFunction,
  parameter = 'the pattern',
  arg: object,
  names: ReadonlySet<string>,
): void {
  const owner: unknown = Reflect.get(arg, 'constructor');
  const kind = typeof owner === 'function' ? `an instance of ${owner.name}` : 'no plain object';
  const members = [...names].join(', ');
  warnOnce(
    `ignore ${functionName(fn)} ${parameter} ${members} ${kind}`,
    `${functionName(fn)}: ignore names ${members} of ${parameter}, and ${parameter} is ${kind}, which counts whole: members are left out of plain objects only`,
  );
}

interface Parameter {
  /** Undefined for a pattern. */
  readonly name: string | undefined;
  /** What a pattern takes out of its object. */
  readonly properties: readonly string[];
  readonly isRest: boolean;
}

/** None where the source cannot be read: bound and native functions. */
function parametersOf(fn: AnyFunction): Parameter[] {
  const text = Function.prototype.toString.call(fn);
  for (const code of [`(${text})`, `({${text}})`, `(class{${text}})`]) {
    try {
      return (functionIn(parseExpressionAt(code, 0, { ecmaVersion: 'latest' }))?.params ?? []).map(
        readParameter,
      );
    } catch {
      // Not this form, then.
    }
  }
  return [];
}

function functionIn(node: Expression): Pick<FunctionAst, 'params'> | undefined {
  if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') return node;
  const member = node.type === 'ObjectExpression' ? node.properties[0] : undefined;
  if (member?.type === 'Property') return functionIn(member.value);
  const method = node.type === 'ClassExpression' ? node.body.body[0] : undefined;
  return method?.type === 'MethodDefinition' ? functionIn(method.value) : undefined;
}

function readParameter(pattern: Pattern): Parameter {
  if (pattern.type === 'AssignmentPattern') return readParameter(pattern.left);
  if (pattern.type === 'RestElement') return { ...readParameter(pattern.argument), isRest: true };
  const name = pattern.type === 'Identifier' ? pattern.name : undefined;
  const properties =
    pattern.type === 'ObjectPattern'
      ? pattern.properties.flatMap((property) =>
          property.type === 'Property' && property.key.type === 'Identifier' ? [property.key.name] : [],
        )
      : [];
  return { name, properties, isRest: false };
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
    `Memory.cache: ignore names ${preview(name)}, which ${fn.name || 'the function'} neither takes nor uses; ${has}. Positions work too: ignore: [0]`,
  );
}
