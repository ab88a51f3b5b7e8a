import type { AnyNode, FunctionExpression, ObjectPattern, Pattern } from 'acorn';
import { TextCache } from '../util/index.js';
import { parseNode } from './parse.js';
import { children } from './scope.js';

/**
 * How a function reaches the members of its first argument: as properties, or by a method that takes their
 * name.
 */
export interface Access {
  /** Such as `getChild`; undefined for properties. */
  readonly method?: string;
  /** Properties that are no members. */
  readonly others?: readonly string[];
}

const known = new TextCache<ReadonlySet<string> | undefined>(1000);

/**
 * Returns the names of the members that a function may use of its first argument, those of other objects
 * left out. Returns undefined where it may use any, as a function does that passes the argument on.
 *
 * @param text the source of the function
 */
export function membersTaken(text: string, access: Access = {}): ReadonlySet<string> | undefined {
  return known.get(`${access.method} ${text}`, () => find(text, access));
}

function find(text: string, access: Access): ReadonlySet<string> | undefined {
  const node = parseNode(text)?.node;
  if (node?.type !== 'ArrowFunctionExpression' && node?.type !== 'FunctionExpression') return undefined;
  const reader = new Reader(access);
  try {
    reader.readFunction(node as FunctionExpression);
    return reader.found;
  } catch (error) {
    if (error instanceof UsesAny) return undefined;
    throw error;
  }
}

/** Thrown where code may use any member. */
class UsesAny extends Error {}

class Reader {
  readonly found = new Set<string>();
  readonly #access: Access;
  /** The variable of the first argument; undefined if it is taken apart at once. */
  #variable: string | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  readFunction({ params: [first, ...others], body, id }: FunctionExpression): void {
    if (first?.type === 'AssignmentPattern') {
      this.#bind(first.left);
      this.#visit(first.right, first);
    } else if (first) this.#bind(first);
    for (const node of [id, ...others, body]) if (node) this.#visit(node, undefined);
  }

  #bind(pattern: Pattern): void {
    if (pattern.type === 'Identifier') this.#variable = pattern.name;
    else if (pattern.type === 'ObjectPattern') this.#takeApart(pattern);
    else throw new UsesAny();
  }

  #takeApart({ properties }: ObjectPattern): void {
    for (const property of properties) {
      if (property.type === 'RestElement') throw new UsesAny();
      this.#take(nameOf(property.key, property.computed));
      this.#visit(property.value, property);
    }
  }

  #take(name: string | undefined): void {
    // Members that every object has lead to all others.
    if (name === undefined || name in Object.prototype) throw new UsesAny();
    const { method, others = [] } = this.#access;
    if (others.includes(name)) return;
    if (method !== undefined) throw new UsesAny();
    this.found.add(name);
  }

  #visit(node: AnyNode, parent: AnyNode | undefined): void {
    switch (node.type) {
      case 'Identifier':
        // Any other mention of the argument may pass it on; a variable of the same name is taken for it.
        if ([this.#variable, 'arguments', 'eval'].includes(node.name)) throw new UsesAny();
        return;
      case 'CallExpression': {
        const name = this.#memberByMethod(node);
        if (name === undefined) break;
        this.found.add(name);
        return;
      }
      case 'MemberExpression':
        if (this.#isVariable(node.object)) {
          // A method of the argument gets the whole argument as `this`.
          if (isCalled(node, parent)) throw new UsesAny();
          this.#take(nameOf(node.property, node.computed));
          return;
        }
        // The arguments of functions that are not strict.
        if (nameOf(node.property, node.computed) === 'arguments') throw new UsesAny();
        this.#visit(node.object, node);
        if (node.computed) this.#visit(node.property, node);
        return;
      case 'ChainExpression':
        if (isCalled(node, parent)) throw new UsesAny();
        break;
      case 'VariableDeclarator':
        if (node.id.type === 'ObjectPattern' && this.#isVariable(node.init)) {
          this.#takeApart(node.id);
          return;
        }
        break;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) this.#visit(node.key, node);
        if (node.value) this.#visit(node.value, node);
        return;
    }
    for (const child of children(node)) this.#visit(child, node);
  }

  /** Returns `x` for `group.getChild('x')`. */
  #memberByMethod({ callee, arguments: given }: AnyNode & { type: 'CallExpression' }): string | undefined {
    const { method } = this.#access;
    if (method === undefined || callee.type !== 'MemberExpression' || given.length !== 1) return undefined;
    const isMethod = this.#isVariable(callee.object) && nameOf(callee.property, callee.computed) === method;
    return isMethod && given[0].type !== 'SpreadElement' ? nameOf(given[0], true) : undefined;
  }

  #isVariable(node: AnyNode | null | undefined): boolean {
    return node?.type === 'Identifier' && node.name === this.#variable;
  }
}

/** Returns the name in `.name`, `['name']`, `{ name }` and `{ 'name': … }`. */
function nameOf(node: AnyNode, isComputed: boolean): string | undefined {
  if (node.type === 'Identifier') return isComputed ? undefined : node.name;
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

function isCalled(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === 'CallExpression') return parent.callee === node;
  return parent?.type === 'TaggedTemplateExpression' && parent.tag === node;
}
