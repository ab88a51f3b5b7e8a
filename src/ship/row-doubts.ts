import type { AnyNode } from 'acorn';
import type { Members } from './members-read.js';
import { EACH, kindOf, methodOf, nameOf, type Variables } from './row-kinds.js';

/*
 * Code after which a member that no row has may be absent on purpose: the function writes it or asks for it.
 */

/**
 * Notes an assignment of `value`, if it is known. A member that is written is there. Code before it in the
 * text may run after it, so a variable that gets something other than rows excuses all.
 */
export function noteWrite(target: AnyNode, variables: Variables, found: Members, value?: AnyNode): void {
  switch (target.type) {
    case 'Identifier': {
      const kind = variables.get(target.name);
      if (kind !== undefined && (value === undefined || kindOf(value, variables) !== kind)) found.excuseAll();
      break;
    }
    case 'MemberExpression': {
      const name = nameOf(target);
      if (name !== undefined) found.excuse(name);
      // `row[name] = …` and `rows[i] = …`.
      else if (kindOf(target.object, variables) !== undefined) found.excuseAll();
      break;
    }
    case 'ObjectPattern':
      for (const property of target.properties) {
        const written = property.type === 'RestElement' ? property.argument : property.value;
        noteWrite(written, variables, found);
      }
      break;
    case 'ArrayPattern':
      for (const element of target.elements) if (element) noteWrite(element, variables, found);
      break;
    case 'AssignmentPattern':
      noteWrite(target.left, variables, found);
      break;
    case 'RestElement':
      noteWrite(target.argument, variables, found);
      break;
  }
}

/** Methods that give the rows others. */
const ADDING = new Set(['push', 'unshift', 'splice', 'fill', 'copyWithin']);

/**
 * Notes a call whose result nobody takes. It is there for what it does, which may be to give members to the
 * rows that it gets: `addTax(row)`, `rows.forEach(addTax)`, `Object.assign(row, taxOf(row))`.
 */
export function noteEffect(given: AnyNode, variables: Variables, found: Members): void {
  const call = given.type === 'AwaitExpression' || given.type === 'UnaryExpression' ? given.argument : given;
  if (call.type === 'LogicalExpression') noteEffect(call.right, variables, found);
  if (call.type === 'SequenceExpression')
    for (const each of call.expressions) noteEffect(each, variables, found);
  if (call.type !== 'CallExpression') return;
  const { callee } = call;
  const isRowOrRows = (node: AnyNode) => ['row', 'rows'].includes(kindOf(node, variables) as string);
  const method = methodOf(call, variables);
  if (method === undefined) {
    const isConsole =
      callee.type === 'MemberExpression' &&
      callee.object.type === 'Identifier' &&
      callee.object.name === 'console';
    if (!isConsole && call.arguments.some(isRowOrRows)) found.excuseAll();
  } else if (ADDING.has(method) || (EACH.has(method) && call.arguments.some((each) => !('params' in each)))) {
    found.excuseAll();
  }
}

/** Notes that `Object.assign(row, …)` gives a row members. */
export function noteAssign(
  node: AnyNode & { type: 'CallExpression' },
  variables: Variables,
  found: Members,
): void {
  const [target] = node.arguments;
  if (calleeOf(node) === 'assign' && target && kindOf(target, variables) === 'row') found.excuseAll();
}

/** Functions that ask about a value: `isNaN(tax)`, `Number.isFinite(tax)`, `Boolean(tax)`. */
const ASKING = /^(?:is[A-Z]|Boolean$)/;

function calleeOf({ callee }: AnyNode & { type: 'CallExpression' }): string {
  if (callee.type === 'Identifier') return callee.name;
  return (callee.type === 'MemberExpression' && nameOf(callee)) || '';
}

/** Notes a variable with a member of a row, which code may ask about as about the member itself. */
export function noteVariable(
  node: AnyNode & { type: 'Identifier' },
  parent: AnyNode | undefined,
  variables: Variables,
  found: Members,
): void {
  const kind = variables.get(node.name);
  if (typeof kind !== 'object') return;
  const asks = parent?.type === 'CallExpression' ? ASKING.test(calleeOf(parent)) : isTested(node, parent);
  if (asks) found.excuse(kind.member);
}

/** An object with a property of this name may become a row, but not one that has it from a row. */
export function noteProperty(
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

const COMPARISONS = new Set(['==', '===', '!=', '!==', 'instanceof']);

/** Tells whether code asks if a value is there: `row.a ?? 0`, `row.a?.b`, `if (row.a)`, `row.a === 0`. */
export function isTested(node: AnyNode, parent: AnyNode | undefined): boolean {
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
    case 'SwitchStatement':
      return parent.discriminant === node;
    case 'ForStatement':
      return parent.test === node;
    case 'CallExpression':
      // `Number.isNaN(row.a)`, `Boolean(row.a)` and other functions may well ask.
      return parent.callee !== node;
    default:
      return false;
  }
}
