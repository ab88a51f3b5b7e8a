import type { Data, DataType, Dictionary, Union } from 'apache-arrow';
import {
  asBytes,
  bitmapBytes,
  concatData,
  dataOf,
  ensureShared,
  layoutOf,
  unifyDictionaries,
} from '../arrow/index.js';
import { moveRows } from './move.js';
import { eachChunk, scatterBits, scatterFixed, type Target, withValidity } from './scatter-buffers.js';
import { scatterDenseUnion, scatterLists, scatterNested } from './scatter-nested.js';
import { scatterVariable } from './scatter-variable.js';

/*
 * Row r of a column goes to place `places[r]` of the result, or nowhere where that is negative. Rows are read in order and written
 * to few, advancing places (one per group), which is several times faster than gathering each group's rows from all over.
 */

/** Moves a column, given in chunks, to its places. */
export function scatter(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, length, length, {});
    case 'bits': {
      const values = allocate(bitmapBytes(length));
      eachChunk(chunks, places, (chunk, at) =>
        scatterBits(chunk.values as Uint8Array, chunk.offset, at, values),
      );
      return dataOf(type, length, ...withValidity(chunks, target, { values }));
    }
    case 'fixed': {
      const values = scatterFixed(type, chunks, target);
      return dataOf(type, length, ...withValidity(chunks, target, { values }));
    }
    case 'dictionary': {
      const unified = unifyDictionaries(type as Dictionary, chunks);
      const dictionary = ensureShared(unified.dictionary, allocate);
      const dictionaryType = unified.type;
      const values = scatterFixed(dictionaryType, unified.chunks, target);
      const parts = withValidity(chunks, target, { values });
      return dataOf(dictionaryType, length, ...parts, { dictionary });
    }
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

/** Views move as they are; the buffers of the long values are shared by all groups. */
function scatterViews(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const joinedViews = concatData(type, chunks, allocate);
  const values = allocate(length * 16);
  moveRows(asBytes(joinedViews.values), places, values, 16);
  return dataOf(type, length, ...withValidity(chunks, target, { values }), {
    variadic: joinedViews.variadicBuffers,
  });
}
