import type { AnyNode } from 'acorn';
import { parseNode } from './parse.js';
import { children } from './scope.js';

/**
 * Returns the names of members that a function reads in the way that an error tells of: `prize` in
 * `group.prize.map` for "Cannot read properties of undefined (reading 'map')". Only members of what the
 * function was given count, not those of variables around it, nor those of `known` members.
 */
export function membersReadIn(text: string, message: string, known: ReadonlySet<string>): string[] {
  const isWanted = wantedBy(message);
  if (isWanted === undefined) return [];
  const parsed = parseNode(text);
  if (parsed === undefined) return [];
  const found = new Set<string>();
  const visit = (node: AnyNode, parents: readonly AnyNode[]) => {
    const name = memberName(node);
    if (name !== undefined && !known.has(name) && isWanted(name, parents.at(-1), node)) {
      if (isOfParameter(node, parsed.free, known)) found.add(name);
    }
    for (const child of children(node)) visit(child, [...parents, node]);
  };
  visit(parsed.node, []);
  return [...found];
}

type Test = (name: string, parent: AnyNode | undefined, node: AnyNode) => boolean;

/** Returns a test of the members that may have been undefined or null; undefined for other messages. */
function wantedBy(message: string): Test | undefined {
  const [, read] = /^Cannot read properties of (?:undefined|null) \(reading '(.+)'\)$/.exec(message) ?? [];
  if (read !== undefined) {
    return (_, parent, node) =>
      parent?.type === 'MemberExpression' && parent.object === node && mayRead(parent, read);
  }
  const [, spread] = /\.([\w$]+) is not iterable\b/.exec(message) ?? [];
  if (spread !== undefined) return (name) => name === spread;
  if (/^(?:undefined|object null) is not iterable\b/.test(message)) return () => true;
  return undefined;
}

function mayRead({ computed, property }: AnyNode & { type: 'MemberExpression' }, name: string): boolean {
  if (computed) return property.type !== 'Literal' || String(property.value) === name;
  return property.type === 'Identifier' && property.name === name;
}

/** Methods that take the name of a column. */
const BY_NAME = new Set(['getChild', 'column', 'getColumn', 'array', 'get']);

/** Returns `x` for `a.x`, `a['x']` and `a.getChild('x')`. */
function memberName(node: AnyNode): string | undefined {
  if (node.type === 'CallExpression') {
    const [first] = node.arguments;
    const isByName = node.callee.type === 'MemberExpression' && BY_NAME.has(memberName(node.callee) ?? '');
    return isByName && first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined;
  }
  if (node.type !== 'MemberExpression') return undefined;
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined;
  const { property } = node;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

/**
 * Tells whether a chain of members and calls begins with a variable of the function's own, and leads to the
 * node through no known member.
 */
function isOfParameter(node: AnyNode, free: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  let start: AnyNode = node;
  while (start.type === 'MemberExpression' || start.type === 'CallExpression') {
    if (known.has(memberName(start) ?? '')) return false;
    start = start.type === 'MemberExpression' ? start.object : start.callee;
  }
  return start.type === 'Identifier' && !free.has(start.name);
}
