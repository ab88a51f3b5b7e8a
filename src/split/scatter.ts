import { type Data, type DataType, type Dictionary, Type, type Union } from 'apache-arrow';
import { dataOf, layoutOf, offsetWords, retype } from '../arrow/index.js';
import { eachChunk } from './chunked-column.js';
import { repeated } from './repeated.js';
import { scatterFixed, scatterTypeIds, type Target, withValidity } from './scatter-buffers.js';
import { scatterBooleans, scatterDenseUnion, scatterDictionary, scatterViews } from './scatter-flat.js';
import { scatterOffsets, scatterVariable } from './scatter-variable.js';

/*
 * Row r of a column goes to place `places[r]` of the result, or nowhere if that is negative. Scatter reads
 * rows in order and writes to one advancing place a group, which is several times faster than gathering the
 * rows of each group from all over the column.
 */

/** Moves a column, given in chunks, to its places. */
export function scatter(type: DataType, chunks: readonly Data[], target: Target): Data {
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, target.length, target.length, {});
    case 'bits':
      return scatterBooleans(type, chunks, target);
    case 'fixed': {
      const values = scatterFixed(type, chunks, target);
      return dataOf(type, target.length, ...withValidity(chunks, target, { values }));
    }
    case 'dictionary':
      return scatterDictionary(type as Dictionary, chunks, target);
    case 'variable':
      return scatterVariable(type, chunks, target);
    case 'view':
      return scatterViews(type, chunks, target);
    case 'list':
      return scatterLists(type, chunks, target);
    case 'fixedList':
    case 'struct':
      return scatterNested(type, chunks, target);
    case 'denseUnion':
      return scatterDenseUnion(type as Union, chunks, target);
  }
}

/**
 * Gives each list element its place in the new child, next to the other elements of its list, and scatters
 * the child by these.
 */
function scatterLists(type: DataType, chunks: readonly Data[], target: Target): Data {
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

/** Scatters structs, sparse unions and fixed-size lists: child rows go where their parent row goes. */
function scatterNested(type: DataType, chunks: readonly Data[], target: Target): Data {
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
