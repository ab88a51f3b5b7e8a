import type { Data, DataType, Dictionary, Union } from 'apache-arrow';
import { asBytes, concatData, dataOf, ensureShared, unifyDictionaries } from '../arrow/index.js';
import { moveRows, moveWords } from './move.js';
import { scatterBits, scatterFixed, scatterTypeIds, type Target, withValidity } from './scatter-buffers.js';

/* Layouts whose children, if any, are not scattered. Strings with offsets are in scatter-variable.ts. */

export function scatterBooleans(type: DataType, chunks: readonly Data[], target: Target): Data {
  const bits = chunks.map(({ values, offset, length }) => ({ bitmap: values as Uint8Array, offset, length }));
  const values = scatterBits(bits, target);
  return dataOf(type, target.length, ...withValidity(chunks, target, { values }));
}

/** Moves only the indices. If chunks have different dictionaries, these become one. */
export function scatterDictionary(type: Dictionary, chunks: readonly Data[], target: Target): Data {
  const unified = unifyDictionaries(type, chunks);
  const dictionary = ensureShared(unified.dictionary, target.allocate);
  const values = scatterFixed(unified.type, unified.chunks, target);
  const parts = withValidity(chunks, target, { values });
  return dataOf(unified.type, target.length, ...parts, { dictionary });
}

/** Moves only the views; all groups share the buffers of the long values. */
export function scatterViews(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const joined = concatData(type, chunks, allocate);
  const values = allocate(length * 16);
  moveRows(asBytes(joined.values), places, values, 16);
  return dataOf(type, length, ...withValidity(chunks, target, { values }), {
    variadic: joined.variadicBuffers,
  });
}

/**
 * Moves only type ids and offsets. The children are joined but keep their order, because offsets may point
 * anywhere.
 */
export function scatterDenseUnion(type: Union, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const joined = concatData(type, chunks, allocate);
  const bytes = allocate(length * 4);
  const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, length);
  moveWords(joined.valueOffsets as Int32Array, places, offsets);
  const typeIds = scatterTypeIds([joined], target);
  return dataOf(joined.type, length, 0, { offsets, typeIds }, { children: joined.children });
}
