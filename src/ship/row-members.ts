import type { AnyNode, Pattern } from 'acorn';
import { treeOf } from './parse.js';
import { children, patternNames } from './scope.js';

/**
 * Returns the names of members that a function of row objects reads of its rows, and only takes for given:
 * `prize` in `rows.map((row) => row.prize * 2)`. A name that the function also tests, gives a default, writes
 * or has in a text may be absent on purpose, and is left out.
 */
export function membersOfRows(text: string): string[] {
  const tree = treeOf(text);
  const [property] = tree?.type === 'ObjectExpression' ? tree.properties : [];
  const fn = property?.type === 'Property' ? property.value : tree;
  if (fn === undefined || !('params' in fn)) return [];
  const found = new Members();
  visitFunction(fn, ['rows'], new Map(), found);
  return found.taken();
}

/** What a variable holds: the rows of the group, or one of them. */
type Kind = 'rows' | 'row';
type Variables = ReadonlyMap<string, Kind>;

class Members {
  readonly #read = new Set<string>();
  readonly #excused = new Set<string>();

  read(name: string): void {
    this.#read.add(name);
  }

  excuse(name: string): void {
    this.#excused.add(name);
  }

  taken(): string[] {
    return [...this.#read].filter((name) => !this.#excused.has(name));
  }
}

/**
 * Methods whose function gets a row as its first argument; that of `sort` gets two, that of `reduce` its
 * second.
 */
const EACH = new Set([
  'map',
  'filter',
  'forEach',
  'some',
  'every',
  'find',
  'findLast',
  'findIndex',
  'findLastIndex',
  'flatMap',
]);
/** Those of them that ask: `rows.filter((row) => row.flag)`. */
const PREDICATES = new Set([...EACH].filter((name) => !['map', 'forEach', 'flatMap'].includes(name)));
const COMPARING = new Set(['sort', 'toSorted']);
const FOLDING = new Set(['reduce', 'reduceRight']);

/** Methods that return rows of the group, and those that return one. */
const SOME_ROWS = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed']);
const ONE_ROW = new Set(['at', 'find', 'findLast', 'pop', 'shift']);

function kindOf(node: AnyNode, variables: Variables): Kind | undefined {
  switch (node.type) {
    case 'Identifier':
      return variables.get(node.name);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      return kindOf(node.expression, variables);
    case 'ArrayExpression': {
      const [only, ...others] = node.elements;
      const isCopy = only?.type === 'SpreadElement' && others.length === 0;
      return isCopy && kindOf(only.argument, variables) === 'rows' ? 'rows' : undefined;
    }
    case 'MemberExpression':
      // `rows[0]`, and `rows[i]`, but not `rows.length`.
      return node.computed && kindOf(node.object, variables) === 'rows' ? 'row' : undefined;
    case 'CallExpression': {
      const method = methodOf(node, variables);
      if (method === undefined) return undefined;
      return SOME_ROWS.has(method) ? 'rows' : ONE_ROW.has(method) ? 'row' : undefined;
    }
    default:
      return undefined;
  }
}

/** Returns the name of the method of rows that a node calls. */
function methodOf(node: AnyNode, variables: Variables): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object } = node.callee;
  return kindOf(object, variables) === 'rows' ? nameOf(node.callee) : undefined;
}

/** Returns `x` for `a.x` and `a['x']`. */
function nameOf({ computed, property }: AnyNode & { type: 'MemberExpression' }): string | undefined {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

function visitFunction(
  node: AnyNode,
  kinds: readonly (Kind | undefined)[],
  outer: Variables,
  found: Members,
): void {
  if (!('params' in node)) return;
  const variables = new Map(outer);
  for (const param of node.params) hide(param, variables);
  for (const [k, param] of node.params.entries()) bind(param, kinds[k], variables, found);
  for (const param of node.params) visit(param, undefined, variables, found);
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
    for (const property of pattern.properties) {
      if (property.type === 'RestElement' || property.computed || property.key.type !== 'Identifier')
        continue;
      if (property.value.type === 'AssignmentPattern') found.excuse(property.key.name);
      else found.read(property.key.name);
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
      noteWrite(node.left, variables, found);
      break;
    case 'Property':
      noteProperty(node, parent, found);
      break;
    case 'CallExpression':
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
    if ('params' in argument) visitFunction(argument, kinds, variables, found);
    else visit(argument, node, variables, found);
  }
  return true;
}

/** A variable that is assigned may hold something else; a member that is written is there. */
function noteWrite(target: AnyNode, variables: Map<string, Kind>, found: Members): void {
  if (target.type === 'Identifier') variables.delete(target.name);
  else if (target.type === 'MemberExpression') found.excuse(nameOf(target) ?? '');
}

/** An object with a property of this name may become a row, but not one that has it from a row. */
function noteProperty(
  node: AnyNode & { type: 'Property' },
  parent: AnyNode | undefined,
  found: Members,
): void {
  if (parent?.type !== 'ObjectExpression' || node.computed || node.key.type !== 'Identifier') return;
  const { value, key } = node;
  const isCopy = value.type === 'MemberExpression' && nameOf(value) === key.name;
  const isShorthand = value.type === 'Identifier' && value.name === key.name;
  if (!isCopy && !isShorthand) found.excuse(key.name);
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

const COMPARISONS = new Set(['==', '===', '!=', '!==']);

/** Tells whether code asks if a value is there: `row.a ?? 0`, `row.a?.b`, `if (row.a)`, `row.a === 0`. */
function isTested(node: AnyNode, parent: AnyNode | undefined): boolean {
  switch (parent?.type) {
    case 'LogicalExpression':
    case 'ChainExpression':
      return true;
    case 'UnaryExpression':
      return ['!', 'typeof', 'delete', 'void'].includes(parent.operator);
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return parent.test === node;
    case 'BinaryExpression':
      return COMPARISONS.has(parent.operator);
    case 'MemberExpression':
      return parent.object === node && parent.optional;
    case 'CallExpression':
      // `Number.isNaN(row.a)`, `Boolean(row.a)` and other functions may well ask.
      return parent.callee !== node;
    default:
      return false;
  }
}
