import type { GraphWalk } from './graph-walk.js';
import { isRef, type Slot } from './payload.js';

/** Nodes that are no use of a value that is sent as a copy. */
const ASIDE = new Set(['copy', 'global', 'symbol']);

/**
 * Tells whether the functions of a walk only read members of all values that are sent as copies, and these
 * are primitives. Then a worker may use for one call what it received for another. Every use of each value
 * must be known, so functions alone may hold them, in variables.
 */
export function isOnlyRead({ nodes, data, uses, plain, initializer }: GraphWalk): boolean {
  if (plain === undefined || initializer !== undefined) return false;
  const holders = data.map(() => 0);
  const copyAt = (slot: Slot) => {
    const node = isRef(slot) ? nodes[slot.ref] : undefined;
    return node?.kind === 'copy' ? node.at : undefined;
  };
  for (const node of nodes) {
    if (node.kind === 'copy' && (node.proto !== undefined || node.fields !== undefined)) return false;
    if (ASIDE.has(node.kind)) continue;
    if (node.kind !== 'function' || node.isClass || node.fields.length > 0 || node.prototype) return false;
    for (const { value } of node.captures) {
      const at = copyAt(value);
      if (at !== undefined) holders[at]++;
    }
  }
  return data.every(({ value }, at) => plain.isFlat(value) && uses.readersOf(value) === holders[at]);
}
