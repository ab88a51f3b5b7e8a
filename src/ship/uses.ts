import type { AnyNode } from 'acorn';
import { constantMember, type Use, writes } from './free-names.js';

/** Methods that add to a collection. */
const ADDING = new Set(['push', 'unshift', 'add', 'set', 'append']);

/** Methods that change nothing, and give primitives where a collection holds nothing else. */
const READING = new Set(['get', 'has', 'at', 'includes', 'indexOf']);

/** Nodes that read the value of each expression in them. */
const READERS = new Set([
  'ArrayExpression',
  'ArrowFunctionExpression',
  'BinaryExpression',
  'ConditionalExpression',
  'IfStatement',
  'LogicalExpression',
  'MemberExpression',
  'ReturnStatement',
  'TemplateLiteral',
  'VariableDeclarator',
]);

/** Returns what a name is used for, from the nodes around it, outermost first. */
export function useOf(node: AnyNode, ancestors: readonly AnyNode[]): Use {
  return { ...placeOf(node, ancestors), reads: isRead(node, ancestors), start: node.start };
}

/** Tells whether a use reads one member of the value. It knows the usual ways, and doubts all others. */
function isRead(node: AnyNode, ancestors: readonly AnyNode[]): boolean {
  const member = ancestors[ancestors.length - 1];
  if (member?.type !== 'MemberExpression' || member.object !== node) return false;
  // `delete a?.b` and `(a?.push)(b)` have a node between them and the member.
  const inChain = ancestors[ancestors.length - 2]?.type === 'ChainExpression';
  const [holder, above, value] = ancestors.slice(inChain ? -4 : -3);
  if (above.type === 'CallExpression' && above.callee === value) {
    return READING.has(constantMember(member, node) ?? '');
  }
  if (above.type === 'AssignmentExpression') return above.right === value;
  if (above.type === 'UnaryExpression') return above.operator !== 'delete';
  if (above.type === 'Property') return holder.type === 'ObjectExpression' && above.value === value;
  return above.type === 'CallExpression' || READERS.has(above.type);
}

function placeOf(node: AnyNode, ancestors: readonly AnyNode[]): Pick<Use, 'path' | 'writes'> {
  const path: string[] = [];
  let object = node;
  for (let at = ancestors.length - 1; at >= 0; at--) {
    const member = ancestors[at];
    const above = ancestors[at - 1];
    if (member.type !== 'MemberExpression' || member.object !== object) break;
    const name = constantMember(member, object);
    if (above?.type === 'CallExpression' && above.callee === member) {
      const isAdding = name !== undefined && ADDING.has(name);
      return { path, writes: isAdding && isUnused(above, ancestors, at - 1) };
    }
    if (above && writes(above, member)) {
      return { path, writes: isUnused(above, ancestors, at - 1) };
    }
    if (name === undefined) break;
    path.push(name);
    object = member;
  }
  return { path, writes: false };
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
