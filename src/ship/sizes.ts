import type { AnyNode } from 'acorn';
import { isFunction, isVariable, type Placed, valuesOf } from './local-variables.js';
import { children } from './scope.js';

/** The largest number that code may count to, beside lengths of what it is given. */
export const MOST_STEPS = 1000;

/** The sizes that code may use. */
export interface SizeRules {
  /** The largest number that is one. */
  readonly most: number;
  /** Tells whether a variable is one of other code, and notes that it is a size. */
  isFree(name: string): boolean;
}

/**
 * Tells whether a number is about as large as what the code is given: a length, a small number, or made of
 * these. The cost of a loop up to an element, such as `g.n[0]`, is not known from earlier calls.
 *
 * @param above the nodes around, the function first
 * @param within the names that lead to this one
 */
export function isSize(
  node: AnyNode,
  above: readonly AnyNode[],
  rules: SizeRules,
  within: readonly string[] = [],
): boolean {
  const isToo = (each: AnyNode) => isSize(each, above, rules, within);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' && node.value <= rules.most;
    case 'MemberExpression':
      return !node.computed && node.property.type === 'Identifier' && SIZES.has(node.property.name);
    case 'UnaryExpression':
      return node.operator === '-' && isToo(node.argument);
    case 'BinaryExpression':
      if (node.operator === '/') return isToo(node.left) && atLeastOne(node.right);
      return SHRINKING.has(node.operator) && isToo(node.left) && isToo(node.right);
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || !isVariable(callee.object, 'Math')) return false;
      return (
        callee.property.type === 'Identifier' &&
        ROUNDING.has(callee.property.name) &&
        node.arguments.every(isToo)
      );
    }
    case 'Identifier': {
      const { name } = node;
      if (within.includes(name)) return false;
      const isFreeSize = rules.isFree(name);
      const values = valuesOf(name, above);
      if (values === undefined) return isFreeSize;
      return values.every((value) => isSize(value.node, value.above, rules, [...within, name]));
    }
    default:
      return false;
  }
}

export const atLeastOne = (node: AnyNode): boolean =>
  node.type === 'Literal' && typeof node.value === 'number' && node.value >= 1;

const SIZES = new Set(['length', 'size']);
const SHRINKING = new Set(['+', '-', '%', '>>', '>>>', '&']);
const ROUNDING = new Set(['min', 'max', 'floor', 'ceil', 'round', 'trunc']);

/** The code in which an array's constructor gets its argument. */
export interface SourceRules {
  readonly columns: string | undefined;
  readonly isUnknown: boolean;
}

/**
 * Tells whether the argument of an array's constructor is what it is to hold, or a number that the code has
 * itself, whose cost earlier calls tell. Any other may be a number, which says how long the array is.
 *
 * @param given `columns` is the parameter whose members are columns, if there is one; `isUnknown` says that
 *   no earlier call tells the cost
 * @param within the names that lead to this one: variables may swap their values
 */
export function isSource(
  node: AnyNode,
  above: readonly AnyNode[],
  given: SourceRules,
  within: readonly string[] = [],
): boolean {
  const { columns, isUnknown } = given;
  switch (node.type) {
    case 'Literal':
      return !isUnknown || typeof node.value !== 'number';
    case 'ArrayExpression':
      return true;
    case 'Identifier': {
      const { name } = node;
      if (within.includes(name)) return true;
      const values = valuesOf(name, above);
      return values?.every((each) => isSource(each.node, each.above, given, [...within, name])) ?? false;
    }
    case 'MemberExpression':
      return columns !== undefined && isVariable(node.object, columns) && isNamed(node);
    case 'NewExpression':
      return node.callee.type === 'Identifier';
    case 'CallExpression':
      return node.callee.type === 'Identifier'
        ? /Array$/.test(node.callee.name)
        : node.callee.type === 'MemberExpression' &&
            node.callee.property.type === 'Identifier' &&
            LISTS.has(node.callee.property.name);
    default:
      return false;
  }
}

/** Methods whose results are never numbers. */
const LISTS = new Set(
  `map filter slice subarray concat flat flatMap sort toSorted reverse toReversed splice toSpliced with fill
copyWithin split keys values entries toArray from of`.split(/\s+/),
);

/** Tells whether code reads a member by a name that it has itself. */
const isNamed = ({ computed, property }: AnyNode & { type: 'MemberExpression' }): boolean =>
  !computed || (property.type === 'Literal' && typeof property.value === 'string');

/**
 * Returns the name of a function's first parameter if the function only reads its members: these are what
 * the caller gave, so that those of a group are columns.
 */
export function readOnlyParameter(fn: AnyNode): string | undefined {
  const first = 'params' in fn ? fn.params[0] : undefined;
  if (first?.type !== 'Identifier') return undefined;
  const { name } = first;
  const isRead = (node: AnyNode, parent: AnyNode): boolean => {
    if (!isVariable(node, name)) return [...children(node)].every((child) => isRead(child, node));
    if (node === first || parent.type === 'SpreadElement') return true;
    return parent.type === 'MemberExpression' && (parent.object === node || !parent.computed);
  };
  const sets = (node: AnyNode): boolean => {
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression'
          ? node.argument
          : node;
    return (
      (target !== node && target.type === 'MemberExpression' && isVariable(target.object, name)) ||
      [...children(node)].some(sets)
    );
  };
  return isRead(fn, fn) && !sets(fn) ? name : undefined;
}

/**
 * Tells whether an assignment to a member keeps the length of an array: to `a.length`, or to an element far
 * behind its end, it may make it as long as a number says.
 *
 * @param value what is assigned; undefined for steps, such as `a.length++`
 */
export function keepsLength(
  { object, property, computed }: AnyNode & { readonly type: 'MemberExpression' },
  value: AnyNode | undefined,
  above: readonly AnyNode[],
  rules: SizeRules,
): boolean {
  const name = computed
    ? property.type === 'Literal' && property.value
    : property.type === 'Identifier' && property.name;
  if (name === 'length') return value !== undefined && isSize(value, above, rules);
  if (!computed || typeof name === 'string' || isSize(property, above, { ...rules, isFree: () => false }))
    return true;
  return !mayBeArray(object, above);
}

/** Tells whether this may be an array that grows by assignments to its elements. */
function mayBeArray(node: AnyNode, above: readonly AnyNode[]): boolean {
  // The analysis does not follow values of members: `all.counts[n] = 1`.
  if (node.type !== 'Identifier') return true;
  const values = valuesOf(node.name, above) ?? [startOf(node.name, above)];
  return values.some((value) => value === undefined || !isFixed(value.node));
}

/** Returns what `reduce` begins with, if a variable is the parameter that has it. */
function startOf(name: string, above: readonly AnyNode[]): Placed | undefined {
  const depth = above.findLastIndex((node) => isFunction(node) && isVariable(node.params[0] ?? node, name));
  const call = above[depth - 1];
  const isReduce =
    call?.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    call.callee.property.type === 'Identifier' &&
    /^reduce/.test(call.callee.property.name);
  return isReduce && call.arguments[1] ? { node: call.arguments[1], above } : undefined;
}

/** Tells whether an expression makes an object, or an array whose length stays. */
const isFixed = (node: AnyNode): boolean =>
  node.type === 'ObjectExpression' ||
  ((node.type === 'NewExpression' || node.type === 'CallExpression') &&
    /^(?:Map|Set|(?:Big)?(?:Int|Uint|Float)\w+Array|Object)$/.test(ownerOf(node.callee)));

const ownerOf = (callee: AnyNode): string => {
  const owner = callee.type === 'MemberExpression' ? callee.object : callee;
  return owner.type === 'Identifier' ? owner.name : '';
};

/** Methods that make texts and bigints as long as they are told. */
export const AS_LONG_AS_TOLD = new Set(['repeat', 'padStart', 'padEnd', 'asIntN', 'asUintN']);

export const memberOf = (callee: AnyNode): string =>
  callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : '';

/** Tells whether code keeps a method whose result has a size, or calls one by a computed name. */
export function hidesSize(
  node: AnyNode & { readonly type: 'MemberExpression' },
  parent: AnyNode | undefined,
): boolean {
  const name = memberOf(node);
  if (parent?.type === 'CallExpression' && parent.callee === node) return node.computed;
  return name === 'from' || AS_LONG_AS_TOLD.has(name);
}

const ANY_CODE = { columns: undefined, isUnknown: true };

/** Tells whether `Array.from` gets a list, or an object whose length the caller looks at. */
export function isList(
  node: AnyNode | undefined,
  above: readonly AnyNode[],
  within: readonly string[] = [],
): boolean {
  if (node?.type === 'ObjectExpression') {
    return node.properties.every((each) => each.type === 'Property' && !each.computed);
  }
  if (node?.type === 'MemberExpression') return true;
  if (node?.type !== 'Identifier') return node !== undefined && isSource(node, above, ANY_CODE);
  if (within.includes(node.name)) return true;
  const values = valuesOf(node.name, above) ?? [];
  return values.every((value) => isList(value.node, value.above, [...within, node.name]));
}
