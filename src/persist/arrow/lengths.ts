import { type DataType, type Field, type Schema, Type } from 'apache-arrow';
import { checkHeads, type Framed } from './message.js';

/** Throws if a column is not as long as its batch. apache-arrow would fill it up with nulls. */
export function checkLengths({ fields }: Schema, batches: readonly Framed[]): void {
  const heads = headNodes(fields);
  for (const { batch } of batches) if (batch) checkHeads(batch, heads);
}

/**
 * Returns the positions of the nodes of whole columns: each type has a node, and so has each type inside it.
 */
function headNodes(fields: readonly Field[]): number[] {
  let next = 0;
  return fields.map(({ type }) => {
    const at = next;
    next += nodesOf(type);
    return at;
  });
}

function nodesOf(type: DataType): number {
  if (type.typeId === Type.Dictionary) return 1;
  return (type.children ?? []).reduce((sum, field) => sum + nodesOf(field.type), 1);
}
