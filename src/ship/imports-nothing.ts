import type { Node, ShippedValue } from './payload.js';

/** Built-in modules through which code can load any other. */
const LOADERS = new Set(['module', 'node:module', 'vm', 'node:vm']);

/**
 * Tells whether neither making the values of a payload nor running its functions can import a module, other
 * than one of Node's own, in a worker that has the functions of this package in its own file.
 */
export const importsNothing = ({ nodes }: ShippedValue): boolean => nodes.every(needsNoModule);

/**
 * Tells the same of a payload that has no frames, vectors and functions of this package either. Its values
 * can meet those of modules that are imported later: they have no class of which a thread may hold two
 * copies.
 */
export const usesNoLibrary = (shipped: ShippedValue): boolean =>
  importsNothing(shipped) &&
  shipped.nodes.every((node) => node.kind !== 'codec' && (node.kind !== 'module' || node.own === undefined));

function needsNoModule(node: Node): boolean {
  switch (node.kind) {
    case 'module':
      return node.own !== undefined || (node.via === 'builtin' && !LOADERS.has(node.id));
    case 'require':
      return false;
    case 'codec':
      return node.importsNothing === true;
    case 'function':
      return !node.importsDynamically;
    default:
      return true;
  }
}
