import type { AnyNode, Pattern } from 'acorn';
import { Members } from './members-read.js';
import { treeOf } from './parse.js';
import { isTested, noteAssign, noteEffect, noteProperty, noteVariable, noteWrite } from './row-doubts.js';
import {
  COMPARING,
  EACH,
  FOLDING,
  type Kind,
  kindOf,
  methodOf,
  nameOf,
  PREDICATES,
  type Variables,
} from './row-kinds.js';
import { children, patternNames } from './scope.js';

/**
 * Returns the names of members that a function of row objects reads of its rows, and only takes for given:
 * `prize` in `rows.map((row) => row.prize * 2)`. A name that the function also tests, gives a default, writes
 * or has in a text may be absent on purpose, and is left out. None is returned if rows may get members
 * from elsewhere.
 */
export function membersOfRows(text: string): string[] {
  const tree = treeOf(text);
  const [property] = tree?.type === 'ObjectExpression' ? tree.properties : [];
  const fn = property?.type === 'Property' ? property.value : tree;
  if (fn === undefined || !('params' in fn)) return [];
  const found = new Members();
  try {
    visitFunction(fn, ['rows'], new Map(), found);
  } catch (error) {
    // Generated code may be nested too deeply for the stack; a call must not fail by that.
    if (error instanceof RangeError) return [];
    throw error;
  }
  return found.taken();
}

/** @param isEffect nobody takes what the function returns */
function visitFunction(
  node: AnyNode,
  kinds: readonly (Kind | undefined)[],
  outer: Variables,
  found: Members,
  isEffect = false,
): void {
  if (!('params' in node)) return;
  const variables = new Map(outer);
  for (const param of node.params) hide(param, variables);
  for (const [k, param] of node.params.entries()) bind(param, kinds[k], variables, found);
  for (const param of node.params) visit(param, undefined, variables, found);
  if (isEffect) noteEffect(node.body, variables, found);
  visit(node.body, node, variables, found);
}

function hide(pattern: Pattern, variables: Map<string, Kind>): void {
  for (const name of patternNames(pattern)) variables.delete(name);
}

/** Gives the variables of a pattern what they hold, where it takes rows apart. */
function bind(pattern: Pattern, kind: Kind | undefined, variables: Map<string, Kind>, found: Members): void {
  if (kind === undefined) return;
  if (pattern.type === 'Identifier') variables.set(pattern.name, kind);
  else if (pattern.type === 'ArrayPattern' && kind === 'rows') {
    for (const element of pattern.elements) {
      if (element?.type === 'RestElement') bind(element.argument, 'rows', variables, found);
      else if (element) bind(element, 'row', variables, found);
    }
  } else if (pattern.type === 'ObjectPattern' && kind === 'row') {
    // Names beside a rest may be there to be left out of it.
    const hasRest = pattern.properties.at(-1)?.type === 'RestElement';
    for (const property of pattern.properties) {
      if (property.type === 'RestElement' || property.computed || property.key.type !== 'Identifier')
        continue;
      const { name } = property.key;
      if (hasRest || property.value.type === 'AssignmentPattern') found.excuse(name);
      else found.read(name);
      if (property.value.type === 'Identifier') variables.set(property.value.name, { member: name });
    }
  }
}

function visit(
  node: AnyNode,
  parent: AnyNode | undefined,
  variables: Map<string, Kind>,
  found: Members,
): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      visitFunction(node, [], variables, found);
      return;
    case 'Literal':
      if (typeof node.value === 'string' && parent?.type !== 'MemberExpression') found.excuse(node.value);
      return;
    case 'VariableDeclarator':
      hide(node.id, variables);
      if (node.init) bind(node.id, kindOf(node.init, variables), variables, found);
      break;
    case 'ForOfStatement':
      visitLoop(node, variables, found);
      return;
    case 'AssignmentExpression':
      noteWrite(node.left, variables, found, node.operator === '=' ? node.right : undefined);
      break;
    case 'SequenceExpression':
      for (const each of node.expressions.slice(0, -1)) noteEffect(each, variables, found);
      break;
    case 'CatchClause':
      if (node.param) hide(node.param, variables);
      break;
    case 'ExpressionStatement':
      noteEffect(node.expression, variables, found);
      break;
    case 'Identifier':
      noteVariable(node, parent, variables, found);
      return;
    case 'Property':
      noteProperty(node, parent, found);
      break;
    case 'CallExpression':
      noteAssign(node, variables, found);
      if (visitMethod(node, variables, found)) return;
      break;
    case 'MemberExpression':
      noteMember(node, parent, variables, found);
      break;
  }
  for (const child of children(node)) visit(child, node, variables, found);
}

function visitLoop(
  node: AnyNode & { type: 'ForOfStatement' },
  variables: Map<string, Kind>,
  found: Members,
): void {
  visit(node.right, node, variables, found);
  if (node.left.type !== 'VariableDeclaration') noteWrite(node.left, variables, found);
  const kind = kindOf(node.right, variables) === 'rows' ? 'row' : undefined;
  const inner = new Map(variables);
  if (node.left.type === 'VariableDeclaration') {
    for (const { id } of node.left.declarations) {
      hide(id, inner);
      bind(id, kind, inner, found);
    }
  }
  visit(node.body, node, inner, found);
}

/** Visits a call of a method of rows, whose function gets rows; returns false for other calls. */
function visitMethod(
  node: AnyNode & { type: 'CallExpression' },
  variables: Map<string, Kind>,
  found: Members,
): boolean {
  const method = methodOf(node, variables);
  if (method === undefined) return false;
  const kinds: (Kind | undefined)[] = EACH.has(method)
    ? ['row', undefined, 'rows']
    : COMPARING.has(method)
      ? ['row', 'row']
      : FOLDING.has(method)
        ? [node.arguments.length > 1 ? undefined : 'row', 'row', undefined, 'rows']
        : [];
  visit(node.callee, node, variables, found);
  for (const argument of node.arguments) {
    if (PREDICATES.has(method) && 'params' in argument && argument.body.type === 'MemberExpression') {
      found.excuse(nameOf(argument.body) ?? '');
    }
    if ('params' in argument) visitFunction(argument, kinds, variables, found, method === 'forEach');
    else visit(argument, node, variables, found);
  }
  return true;
}

function noteMember(
  node: AnyNode & { type: 'MemberExpression' },
  parent: AnyNode | undefined,
  variables: Variables,
  found: Members,
): void {
  const name = nameOf(node);
  if (name === undefined || kindOf(node.object, variables) !== 'row') return;
  if (isTested(node, parent)) found.excuse(name);
  else found.read(name);
}
