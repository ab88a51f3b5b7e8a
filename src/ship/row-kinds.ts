import type { AnyNode } from 'acorn';

/** The value of a variable: the rows of the group, one of them, or a cell of a row. */
export type Kind = 'rows' | 'row' | { readonly member: string };
export type Variables = ReadonlyMap<string, Kind>;

/**
 * Methods whose function gets a row as its first argument; that of `sort` gets two, that of `reduce` its
 * second.
 */
export const EACH = new Set([
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
export const PREDICATES = new Set([...EACH].filter((name) => !['map', 'forEach', 'flatMap'].includes(name)));
export const COMPARING = new Set(['sort', 'toSorted']);
export const FOLDING = new Set(['reduce', 'reduceRight']);

/** Methods that return rows of the group, and those that return one. */
const SOME_ROWS = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed']);
const ONE_ROW = new Set(['at', 'find', 'findLast', 'pop', 'shift']);

export function kindOf(node: AnyNode, variables: Variables): Kind | undefined {
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
    case 'MemberExpression': {
      const kind = kindOf(node.object, variables);
      const name = kind === 'row' ? nameOf(node) : undefined;
      if (name !== undefined) return { member: name };
      // `rows[0]`, and `rows[i]`, but not `rows.length`.
      return node.computed && kind === 'rows' ? 'row' : undefined;
    }
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
export function methodOf(node: AnyNode, variables: Variables): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object } = node.callee;
  return kindOf(object, variables) === 'rows' ? nameOf(node.callee) : undefined;
}

/** Returns `x` for `a.x` and `a['x']`. */
export function nameOf({ computed, property }: AnyNode & { type: 'MemberExpression' }): string | undefined {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}
