import type { AnyNode } from 'acorn';
import { isFunction, isVariable, namesIn } from './local-variables.js';
import { children } from './scope.js';
import { atLeastOne } from './sizes.js';

type ForOf = AnyNode & { readonly type: 'ForOfStatement' };
type For = AnyNode & { readonly type: 'ForStatement' };

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
