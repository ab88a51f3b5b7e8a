import type { AnyNode } from 'acorn';
import { constantMember, type Use, writes } from './free-names.js';

/** Methods that add to a collection. */
const ADDING = new Set(['push', 'unshift', 'add', 'set', 'append']);

/** Returns what a name is used for, from the nodes around it, outermost first. */
export function useOf(node: AnyNode, ancestors: readonly AnyNode[]): Use {
  const path: string[] = [];
  let object = node;
  for (let at = ancestors.length - 1; at >= 0; at--) {
    const member = ancestors[at];
    const above = ancestors[at - 1];
    if (member.type !== 'MemberExpression' || member.object !== object) break;
    const name = constantMember(member, object);
    if (above?.type === 'CallExpression' && above.callee === member) {
      const isAdding = name !== undefined && ADDING.has(name);
      return { path, writes: isAdding && isUnused(above, ancestors, at - 1), start: node.start };
    }
    if (above && writes(above, member)) {
      return { path, writes: isUnused(above, ancestors, at - 1), start: node.start };
    }
    if (name === undefined) break;
    path.push(name);
    object = member;
  }
  return { path, writes: false, start: node.start };
}

/** Tells whether nothing reads the value of an expression. */
function isUnused(expression: AnyNode, ancestors: readonly AnyNode[], at: number): boolean {
  const parent = ancestors[at - 1];
  if (parent === undefined) return false;
  switch (parent.type) {
    case 'ExpressionStatement':
      return true;
    case 'ForOfStatement':
    case 'ForInStatement':
    case 'ForStatement':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'void';
    case 'ArrowFunctionExpression':
      // The function of forEach; one that is sent itself returns no such value.
      return parent.body === expression;
    case 'LogicalExpression':
      return parent.right === expression && isUnused(parent, ancestors, at - 1);
    case 'ConditionalExpression':
      return parent.test !== expression && isUnused(parent, ancestors, at - 1);
    default:
      return false;
  }
}
