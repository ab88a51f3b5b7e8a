import { type Data, type DataType, Type, type Union } from 'apache-arrow';
import { asBytes, concatData, dataOf, layoutOf, offsetWords, retype } from '../arrow/index.js';
import { moveBytes, moveWords } from './move.js';
import { scatter } from './scatter.js';
import { eachChunk, type Target, withValidity } from './scatter-buffers.js';
import { scatterOffsets } from './scatter-variable.js';

/** A list's elements move together: each gets the place its list has for it, and the child is scattered by those. */
export function scatterLists(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const { offsets, words, step, total } = scatterOffsets(type, chunks, target);
  const children: Data[] = [];
  const childPlaces: Int32Array[] = [];
  eachChunk(chunks, places, (chunk, at) => {
    const source = offsetWords(chunk).words;
    const first = source[0];
    const last = source[at.length * step];
    const elements = new Int32Array(last - first).fill(-1);
    for (let i = 0; i < at.length; i++) {
      if (at[i] < 0) continue;
      const to = words[at[i] * step];
      const from = source[i * step] - first;
      const count = source[(i + 1) * step] - source[i * step];
      for (let k = 0; k < count; k++) elements[from + k] = to + k;
    }
    children.push(chunk.children[0].slice(first, last - first));
    childPlaces.push(elements);
  });
  const child = scatter(type.children[0].type, children, {
    places: joined(childPlaces),
    length: total,
    allocate,
  });
  return dataOf(retype(type, [child]), length, ...withValidity(chunks, target, { offsets }), {
    children: [child],
  });
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    out.set(part, at);
    return at + part.length;
  }, 0);
  return out;
}

/** Structs, sparse unions and fixed-size lists: the children's rows go where their parent's go. */
export function scatterNested(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const size = layoutOf(type) === 'fixedList' ? (type as DataType & { listSize: number }).listSize : 1;
  const childPlaces = size === 1 ? places : repeated(places, size);
  const children = type.children.map((field, k) =>
    scatter(
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      { places: childPlaces, length: length * size, allocate },
    ),
  );
  const retyped = retype(type, children);
  if (type.typeId !== Type.Union) {
    return dataOf(retyped, length, ...withValidity(chunks, target, {}), { children });
  }
  const typeIds = scatterTypeIds(chunks, target);
  return dataOf(retyped, length, 0, { typeIds }, { children });
}

function repeated(places: Int32Array, size: number): Int32Array {
  const out = new Int32Array(places.length * size);
  for (let i = 0; i < places.length; i++) {
    for (let k = 0; k < size; k++) out[i * size + k] = places[i] < 0 ? -1 : places[i] * size + k;
  }
  return out;
}

function scatterTypeIds(chunks: readonly Data[], { places, length, allocate }: Target): Int8Array {
  const bytes = allocate(length);
  eachChunk(chunks, places, (chunk, at) => moveBytes(asBytes(chunk.typeIds as Int8Array), at, bytes));
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
}

/** Only type ids and offsets move; the children stay as they are, joined, since offsets may point anywhere. */
export function scatterDenseUnion(type: Union, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const joinedUnion = concatData(type, chunks, allocate);
  const bytes = allocate(length * 4);
  const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, length);
  moveWords(joinedUnion.valueOffsets as Int32Array, places, offsets);
  const typeIds = scatterTypeIds([joinedUnion], target);
  return dataOf(joinedUnion.type, length, 0, { offsets, typeIds }, { children: joinedUnion.children });
}
