import type { AnyNode, Pattern } from 'acorn';

/** One level of names while a source is analysed. */
export class Scope {
  private readonly names = new Set<string>();

  constructor(private readonly parent?: Scope) {}

  declare(names: Iterable<string>): void {
    for (const name of names) this.names.add(name);
  }

  /** The level that declares a name. */
  owner(name: string): Scope | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent)
      if (scope.names.has(name)) return scope;
    return undefined;
  }

  binds(name: string): boolean {
    return this.owner(name) !== undefined;
  }
}

/** The names a declaration's or parameter's pattern binds. */
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

/** Every child node, in source order. */
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

/** What `let`, `const`, `class` and `function` declare directly among these statements. */
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
 * What `var` declares for the whole function around it. In sloppy code a function inside a block does so, too, but not one that is
 * async, a generator, or in the way of another name, and whether code is sloppy cannot be told from its text. Such a name counts as free
 * outside its block: looked up in vain, or hidden by the function itself.
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
