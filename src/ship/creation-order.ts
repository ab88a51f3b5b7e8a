import { type Field, type FunctionNode, isRef, type Node, type Slot } from './payload.js';

/**
 * Yields the index of every node, each after the nodes it needs. Variables that only a class's methods use,
 * and the class's static fields, come after the class, since they may refer to it; then the class comes once
 * more.
 */
export function* creationOrder(nodes: readonly Node[]): Generator<number> {
  const entered = nodes.map(() => false);
  for (let first = 0; first < nodes.length; first++) {
    // The stack is explicit, since captured data may be nested deeper than calls can be.
    const stack: { index: number; leave: boolean; again?: boolean }[] = [{ index: first, leave: false }];
    for (let top = stack.pop(); top; top = stack.pop()) {
      const { index, leave } = top;
      const node = nodes[index];
      if (leave) {
        yield index;
        if (node.kind === 'function' && !top.again) {
          // Completes the class once more when its static fields exist, before others use it.
          if (node.isClass) stack.push({ index, leave: true, again: true });
          for (const slot of stateOf(node)) if (isRef(slot)) stack.push({ index: slot.ref, leave: false });
          for (const { value, eager } of node.captures)
            if (!eager && isRef(value)) stack.push({ index: value.ref, leave: false });
        }
      } else if (!entered[index]) {
        entered[index] = true;
        stack.push({ index, leave: true });
        for (const slot of needs(node)) if (isRef(slot)) stack.push({ index: slot.ref, leave: false });
      }
    }
  }
}

/**
 * Lists what must be complete before a node is. A function needs all it captures, since a class's definition
 * or a `restoreState` may call it; a class needs only the variables that its definition uses.
 */
function needs(node: Node): Slot[] {
  switch (node.kind) {
    case 'function':
      return node.captures.filter(({ eager }) => eager || !node.isClass).map(({ value }) => value);
    case 'bound':
      return [node.target, node.self, ...node.args];
    case 'partial':
      return [node.target, node.bound];
    case 'wrapped':
      return [node.target, node.by, ...node.args];
    case 'member':
      return [node.of, ...slotsOf(node.fields ?? [])];
    case 'prototype':
    case 'star':
      return [node.of];
    case 'restored':
      return [node.of, node.state];
    case 'copy':
    case 'shared':
      return [node.proto];
    case 'object':
    case 'array':
    case 'map':
    case 'set':
    case 'error':
      return [node.proto, ...node.items, ...slotsOf(node.fields)];
    default:
      return [];
  }
}

/** Lists the values of the properties that a class has, and that its prototype has got. */
function stateOf(node: FunctionNode): Slot[] {
  if (!node.isClass) return [];
  const privates = node.privates?.fields.map(({ value }) => value) ?? [];
  return [...slotsOf(node.fields), ...slotsOf(node.prototype?.fields ?? []), ...privates];
}

const slotsOf = (fields: readonly Field[]): Slot[] =>
  fields.flatMap((field) => ('value' in field ? [field.value] : [field.get, field.set]));
