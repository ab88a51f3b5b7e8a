import type { AnyNode } from 'acorn';
import { children } from './scope.js';

type ForOf = AnyNode & { readonly type: 'ForOfStatement' };
type For = AnyNode & { readonly type: 'ForStatement' };

/** The largest number that code may count to, beside lengths of what it is given. */
export const MOST_STEPS = 1000;

/** Tells whether a `for … of` loop ends: its body does not change what it goes through. */
export function endsForOf({ right, body }: ForOf, root: AnyNode): boolean {
  const names = namesIn(right);
  return (
    ![...names].some((name) => assigns(body, name)) && !grows(body, names) && !growsElsewhere(root, names)
  );
}

/**
 * Tells whether a loop counts up or down to a bound that its body does not move: `for (let i = a; i < b;
 * i++)`. Other loops may never end.
 */
export function endsWhenCounted({ init, test, update, body }: For, root: AnyNode): boolean {
  if (init?.type !== 'VariableDeclaration' || test?.type !== 'BinaryExpression' || !update) return false;
  if (!/^[<>]=?$/.test(test.operator) || test.left.type !== 'Identifier') return false;
  const { name } = test.left;
  const bound = namesIn(test.right);
  const steps = stepOf(update, name) === (test.operator.startsWith('<') ? 1 : -1);
  const isMoved = [name, ...bound].some((each) => assigns(body, each, name));
  return steps && !isMoved && !grows(body, bound) && !growsElsewhere(root, bound);
}

/** Returns the sign of the step by which an update changes a variable; 0 for any other update. */
function stepOf(update: AnyNode, name: string): number {
  if (update.type === 'UpdateExpression' && isVariable(update.argument, name)) {
    return update.operator === '++' ? 1 : -1;
  }
  if (update.type !== 'AssignmentExpression' || !isVariable(update.left, name)) return 0;
  const { operator, right } = update;
  if (!atLeastOne(right)) return 0;
  return operator === '+=' ? 1 : operator === '-=' ? -1 : 0;
}

const isVariable = (node: AnyNode, name: string): boolean => node.type === 'Identifier' && node.name === name;

/**
 * Tells whether code assigns to a variable or to a member of it, such as its length.
 *
 * @param counter the variable of a counting loop: elements there may be assigned, as that adds none
 */
function assigns(node: AnyNode, name: string, counter?: string): boolean {
  const targets =
    node.type === 'AssignmentExpression' || node.type === 'ForOfStatement' || node.type === 'ForInStatement'
      ? [node.left]
      : node.type === 'UpdateExpression'
        ? [node.argument]
        : [];
  const isTarget = targets.some((target) => changed(target, counter).has(name));
  return isTarget || [...children(node)].some((child) => assigns(child, name, counter));
}

/** Returns the names of variables that an assignment to a target may change. */
function changed(target: AnyNode, counter: string | undefined): Set<string> {
  if (target.type !== 'MemberExpression') return namesIn(target);
  const isElement = target.computed && counter !== undefined && isVariable(target.property, counter);
  return isElement ? new Set() : namesIn(target.object);
}

const GROWING = new Set(['push', 'unshift', 'splice', 'add', 'set', 'fill']);

/** Tells whether code calls a method that adds to one of these variables. */
function grows(node: AnyNode, names: ReadonlySet<string>): boolean {
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const { object, property } = node.callee;
    const mayGrow = property.type !== 'Identifier' || GROWING.has(property.name);
    if (mayGrow && [...namesIn(object)].some((name) => names.has(name))) return true;
  }
  return [...children(node)].some((child) => grows(child, names));
}

/** Tells whether one of these variables has a second name, or a function with a name adds to it. */
function growsElsewhere(node: AnyNode, names: ReadonlySet<string>): boolean {
  const isOne = (value: AnyNode | null | undefined) => value?.type === 'Identifier' && names.has(value.name);
  switch (node.type) {
    case 'VariableDeclarator':
      if (isOne(node.init) || (isFunction(node.init) && grows(node.init, names))) return true;
      break;
    case 'AssignmentExpression':
      if (isOne(node.right)) return true;
      break;
    case 'FunctionDeclaration':
      if (grows(node.body, names)) return true;
  }
  return [...children(node)].some((child) => growsElsewhere(child, names));
}

const isFunction = (node: AnyNode | null | undefined): node is AnyNode =>
  node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';

/** Returns the names that an expression mentions. */
function namesIn(node: AnyNode, names = new Set<string>()): Set<string> {
  if (node.type === 'Identifier') names.add(node.name);
  for (const child of children(node)) namesIn(child, names);
  return names;
}

/**
 * Tells whether a number is about as large as what the code is given: a length, a small number, or made of
 * these. The cost of a loop up to an element, such as `g.n[0]`, is not known from earlier calls.
 *
 * @param root the function around
 * @param onFree called for variables of other code
 * @param within the names that lead to this one
 */
export function isSize(
  node: AnyNode,
  root: AnyNode,
  onFree: (name: string) => boolean,
  within: readonly string[] = [],
): boolean {
  const isToo = (each: AnyNode) => isSize(each, root, onFree, within);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' && node.value <= MOST_STEPS;
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
      const values = valuesOf(root, name);
      if (values === undefined) return onFree(name);
      return values.every((each) => isSize(each, root, onFree, [...within, name]));
    }
    default:
      return false;
  }
}

const atLeastOne = (node: AnyNode): boolean =>
  node.type === 'Literal' && typeof node.value === 'number' && node.value >= 1;

const SIZES = new Set(['length', 'size']);
const SHRINKING = new Set(['+', '-', '%', '>>', '>>>', '&']);
const ROUNDING = new Set(['min', 'max', 'floor', 'ceil', 'round', 'trunc']);

/**
 * Returns what code assigns to a variable of its own, but for the steps of loops; undefined if it declares none
 * of this name with a value.
 */
export function valuesOf(root: AnyNode, name: string): AnyNode[] | undefined {
  const values: AnyNode[] = [];
  let isDeclared = false;
  const visit = (node: AnyNode) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === name) {
      isDeclared ||= node.init != null;
      if (node.init) values.push(node.init);
    }
    if (node.type === 'AssignmentExpression' && changesVariable(node.left, name)) {
      values.push(node.operator === '=' && isVariable(node.left, name) ? node.right : node);
    }
    const isLoop = node.type === 'ForStatement';
    for (const child of children(node)) if (!(isLoop && child === node.update)) visit(child);
  };
  visit(root);
  return isDeclared ? values : undefined;
}

const changesVariable = (target: AnyNode, name: string): boolean =>
  target.type !== 'MemberExpression' && namesIn(target).has(name);
