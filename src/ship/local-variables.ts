import type { AnyNode } from 'acorn';
import { children, patternNames } from './scope.js';

export type FunctionNode = AnyNode & {
  readonly type: 'ArrowFunctionExpression' | 'FunctionExpression' | 'FunctionDeclaration';
};

/** A node with the nodes around it, the outermost first. */
export interface Placed {
  readonly node: AnyNode;
  readonly above: readonly AnyNode[];
}

/** Tells whether a node is a function that is a value. */
export const isFunction = (node: AnyNode | null | undefined): node is FunctionNode =>
  node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';

export const isVariable = (node: AnyNode, name: string): boolean =>
  node.type === 'Identifier' && node.name === name;

/** Returns the names that an expression mentions. */
export function namesIn(node: AnyNode, names = new Set<string>()): Set<string> {
  if (node.type === 'Identifier') names.add(node.name);
  for (const child of children(node)) namesIn(child, names);
  return names;
}

/**
 * Returns all values that code gives to a variable that it uses at a place, but for the steps of loops;
 * undefined if it declares none with a value, or gets some of them otherwise, as those of parameters.
 */
export function valuesOf(name: string, above: readonly AnyNode[]): Placed[] | undefined {
  for (let depth = above.length - 1; depth >= 0; depth--) {
    const around = above[depth];
    if (binds(around, name)) return undefined;
    if (depth > 0 && !(around.type === 'ForStatement' && declares(around.init, name))) continue;
    const { values, isDeclared, isGiven } = assignmentsIn(around, name, above.slice(0, depth));
    return isDeclared && !isGiven ? values : undefined;
  }
  return undefined;
}

/**
 * Tells whether a node has a variable of its own whose values are not in the code: a parameter, or a loop's.
 */
function binds(node: AnyNode, name: string): boolean {
  switch (node.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return node.params.some((param) => patternNames(param).includes(name));
    case 'CatchClause':
      return node.param != null && patternNames(node.param).includes(name);
    case 'ForOfStatement':
    case 'ForInStatement':
      return namesIn(node.left).has(name);
    default:
      return false;
  }
}

const declares = (init: AnyNode | null | undefined, name: string): boolean =>
  init?.type === 'VariableDeclaration' && init.declarations.some(({ id }) => isVariable(id, name));

interface Assignments {
  /** The assigned values; the whole assignment where it is none of one value to the variable. */
  readonly values: Placed[];
  /** True if a declaration has a value. */
  readonly isDeclared: boolean;
  /** True if a pattern, a loop over values or a function has this name. */
  readonly isGiven: boolean;
}

/** Finds what code gives to variables of a name, wherever it declares them. */
export function assignmentsIn(root: AnyNode, name: string, around: readonly AnyNode[] = []): Assignments {
  const values: Placed[] = [];
  let [isDeclared, isGiven] = [false, false];
  const visit = (node: AnyNode, above: readonly AnyNode[]) => {
    const path = [...above, node];
    switch (node.type) {
      case 'VariableDeclarator':
        if (!isVariable(node.id, name)) isGiven ||= patternNames(node.id).includes(name);
        else if (node.init) {
          isDeclared = true;
          values.push({ node: node.init, above: path });
        }
        break;
      case 'AssignmentExpression':
        if (node.left.type === 'MemberExpression' || !namesIn(node.left).has(name)) break;
        if (node.operator === '=' && isVariable(node.left, name))
          values.push({ node: node.right, above: path });
        else values.push({ node, above });
        break;
      case 'ForOfStatement':
      case 'ForInStatement':
        isGiven ||= namesIn(node.left).has(name);
        break;
      case 'FunctionDeclaration':
        isGiven ||= node.id?.name === name;
    }
    const isLoop = node.type === 'ForStatement';
    for (const child of children(node)) if (!(isLoop && child === node.update)) visit(child, path);
  };
  visit(root, around);
  return { values, isDeclared, isGiven };
}
