import type { AnyNode, Pattern } from 'acorn';

/** A lexical scope of the analysed source. */
export class Scope {
  private readonly names = new Set<string>();

  constructor(private readonly parent?: Scope) {}

  declare(names: Iterable<string>): void {
    for (const name of names) this.names.add(name);
  }

  /** Returns the scope that declares a name; undefined for a free name. */
  owner(name: string): Scope | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent)
      if (scope.names.has(name)) return scope;
    return undefined;
  }

  binds(name: string): boolean {
    return this.owner(name) !== undefined;
  }
}

/** Lists the names that the pattern of a declaration or parameter binds. */
export function patternNames(pattern: Pattern, names: string[] = []): string[] {
  switch (pattern.type) {
    case 'Identifier':
      names.push(pattern.name);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        patternNames(property.type === 'RestElement' ? property.argument : property.value, names);
      }
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element) patternNames(element, names);
      break;
    case 'AssignmentPattern':
      patternNames(pattern.left, names);
      break;
    case 'RestElement':
      patternNames(pattern.argument, names);
      break;
  }
  return names;
}

/** Yields the child nodes of a syntax tree's node, in source order. */
export function* children(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) yield item;
    } else if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Lists the names that `let`, `const`, `class` and `function` declare directly among these statements. */
export function lexicalNames(statements: readonly AnyNode[]): string[] {
  const names: string[] = [];
  for (let statement of statements) {
    while (statement.type === 'LabeledStatement') statement = statement.body;
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      for (const declarator of statement.declarations) patternNames(declarator.id, names);
    } else if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
      if (statement.id) names.push(statement.id.name);
    }
  }
  return names;
}

/**
 * Lists the names that `var` declares for the whole function around it. Sloppy code also hoists functions in
 * blocks, but the text does not tell whether code is sloppy: their names count as free outside the block.
 * That is harmless: either no outer variable has the name, or the hoisted function hides it.
 */
export function hoistedNames(node: AnyNode, names: string[] = []): string[] {
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    for (const declarator of node.declarations) patternNames(declarator.id, names);
  }
  for (const child of children(node)) if (!opensOwnScope(child)) hoistedNames(child, names);
  return names;
}

function opensOwnScope(node: AnyNode): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'ClassDeclaration' ||
    node.type === 'ClassExpression'
  );
}

/** Tells whether a node is the name of a member or a label, which is no variable. */
export function isName(child: AnyNode, parent: AnyNode): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return child === parent.property && !parent.computed;
    case 'Property':
      return child === parent.key && !parent.computed && !(parent.shorthand && child === parent.value);
    default:
      return false;
  }
}
