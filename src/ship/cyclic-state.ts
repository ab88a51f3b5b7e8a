import { isRef, type Node, type RestoredNode, type Slot } from './payload.js';

/**
 * Finds an instance whose state leads back to it, which could not be made: its state would need it first. A
 * function in the state may capture the instance, as it is called later. The stack is explicit, since data
 * may be nested deeper than calls can be.
 */
export function findCyclicState(nodes: readonly Node[]): RestoredNode | undefined {
  const depths = new Map<number, number>();
  const done = new Set<number>();
  for (let first = 0; first < nodes.length; first++) {
    const path: { readonly index: number; readonly parts: Slot[]; readonly restored: number }[] = [];
    const enter = (index: number): void => {
      const node = nodes[index];
      const outer = path.at(-1)?.restored ?? -1;
      depths.set(index, path.length);
      path.push({ index, parts: partsOf(node), restored: node.kind === 'restored' ? path.length : outer });
    };
    if (!done.has(first)) enter(first);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const part = top.parts.pop();
      if (top.parts.length === 0 && part === undefined) {
        done.add(top.index);
        depths.delete(top.index);
        path.pop();
      } else if (isRef(part)) {
        const depth = depths.get(part.ref);
        if (depth !== undefined && top.restored >= depth)
          return nodes[path[top.restored].index] as RestoredNode;
        if (depth === undefined && !done.has(part.ref)) enter(part.ref);
      }
    }
  }
  return undefined;
}

/** Lists the parts that must exist before a node is complete. */
function partsOf(node: Node): Slot[] {
  switch (node.kind) {
    case 'restored':
      return [node.state];
    case 'bound':
      return [node.self, ...node.args];
    case 'partial':
      return [node.bound];
    case 'wrapped':
      return [...node.args];
    case 'object':
    case 'array':
    case 'map':
    case 'set':
    case 'error':
      return [...node.items, ...node.fields.flatMap((field) => ('value' in field ? [field.value] : []))];
    default:
      return [];
  }
}
