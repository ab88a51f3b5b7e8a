import type { AnyNode } from 'acorn';

/**
 * How code uses an outer variable: it calls or constructs it, passes it to a method of arrays, reads a member
 * of that name, counts to it, or reads the variable in another way.
 */
export type OuterUse = 'call' | 'new' | 'pass' | 'bound' | 'read' | { readonly member: string };

/** Methods of arrays that take a function, and only call it. */
const TAKE_FUNCTIONS = new Set(
  `map filter reduce reduceRight some every forEach find findIndex findLast findLastIndex flatMap sort toSorted
from`.split(/\s+/),
);

/** Tells how code uses an outer variable in one place. */
export function outerUse(node: AnyNode, above: readonly AnyNode[]): OuterUse {
  const parent = above[above.length - 1];
  switch (parent?.type) {
    case 'CallExpression':
      if (parent.callee === node) return 'call';
      return takesFunction(parent.callee) ? 'pass' : 'read';
    case 'NewExpression':
      return parent.callee === node ? 'new' : 'read';
    case 'MemberExpression': {
      const { property } = parent;
      const isConstant = !parent.computed && property.type === 'Identifier';
      return isConstant && parent.object === node ? { member: property.name } : 'read';
    }
    default:
      return 'read';
  }
}

const takesFunction = (callee: AnyNode): boolean =>
  callee.type === 'MemberExpression' &&
  callee.property.type === 'Identifier' &&
  TAKE_FUNCTIONS.has(callee.property.name);
