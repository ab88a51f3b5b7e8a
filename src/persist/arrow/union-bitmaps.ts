import { type DataType, type Schema, Type } from 'apache-arrow';
import { layoutOf } from '../../arrow/index.js';
import { vectorIn } from './flatbuffer.js';
import { type BatchHeader, type Framed, HEADER, viewOf } from './message.js';
import { UnsupportedError } from './supported.js';

const BUFFERS = 2;
const BUFFER_BYTES = 16;

/**
 * Takes the bitmaps of unions, which they had before Arrow 1.0, out of the metadata of batches: apache-arrow
 * reads unions as if they had none. Changes `bytes`. Throws if a bitmap has nulls: no reader understands
 * these any more.
 */
export function dropUnionBitmaps(bytes: Uint8Array, schema: Schema, batches: readonly Framed[]): void {
  for (const { batch, hasUnionBitmaps, metadata, body } of batches) {
    const bitmaps = batch && hasUnionBitmaps ? bitmapsOfUnions(schema, batch) : [];
    if (bitmaps.length === 0) continue;
    const view = viewOf(bytes.subarray(metadata, body));
    const vector = vectorIn(view, HEADER, BUFFERS);
    const count = view.getUint32(vector, true);
    const place = (index: number) => metadata + vector + 4 + index * BUFFER_BYTES;
    let to = 0;
    for (let from = 0; from < count; from++) {
      if (bitmaps.includes(from)) continue;
      bytes.copyWithin(place(to++), place(from), place(from + 1));
    }
    view.setUint32(vector, to, true);
  }
}

/** Returns the positions of the bitmaps of unions among the buffers of a batch. */
function bitmapsOfUnions({ fields }: Schema, { nodes, variadicBufferCounts }: BatchHeader): number[] {
  const found: number[] = [];
  const next = { node: 0, buffer: 0, variadic: 0 };
  const visit = (type: DataType): void => {
    if (type.typeId === Type.Union) {
      refuseNulls(nodes[next.node]?.nullCount);
      found.push(next.buffer++);
    }
    next.node++;
    next.buffer += buffersOf(type);
    if (layoutOf(type) === 'view') next.buffer += Number(variadicBufferCounts[next.variadic++] ?? 0);
    if (type.typeId !== Type.Dictionary) for (const field of type.children ?? []) visit(field.type);
  };
  for (const { type } of fields) visit(type);
  return found;
}

/** Throws if a union has nulls of its own. */
export function refuseNulls(nullCount = 0): void {
  if (nullCount > 0) {
    throw new UnsupportedError('a union of it has nulls of its own, as Arrow before 1.0 wrote them');
  }
}

/** Returns how many buffers a type has in a batch of Arrow 1.0, without those of the types inside it. */
export function buffersOf(type: DataType): number {
  switch (layoutOf(type)) {
    case 'none':
      return 0;
    case 'variable':
      return 3;
    case 'fixedList':
    case 'struct':
      return 1;
    default:
      return 2;
  }
}
