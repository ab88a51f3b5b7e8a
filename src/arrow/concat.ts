import { type Data, type DataType, type Dictionary, Type, type Union, Vector } from 'apache-arrow';
import { concatOffsets, concatTypeIds, concatValidity, rowsIn, spannedBy, spanOf } from './concat-buffers.js';
import { concatBooleans, concatFixed, concatVariable, concatViews } from './concat-flat.js';
import { checkOffset, dataOf, layoutOf } from './layout.js';
import { type Allocate, allocateShared, isSharedData } from './memory.js';
import { mergeDictionaries } from './merge-dictionaries.js';
import { retype } from './retype.js';

/**
 * Joins chunks of one type into one contiguous piece of fresh memory. Copies buffers without making
 * JavaScript values, and only the rows of the chunks, even if they are slices. Dictionaries that differ
 * become one.
 */
export function concatData(type: DataType, chunks: readonly Data[], allocate: Allocate): Data {
  const length = rowsIn(chunks);
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, length, length, {});
    case 'bits':
      return concatBooleans(type, chunks, length, allocate);
    case 'fixed':
      return concatFixed(type, chunks, length, allocate);
    case 'dictionary':
      return concatDictionary(type as Dictionary, chunks, length, allocate);
    case 'variable':
      return concatVariable(type, chunks, length, allocate);
    case 'view':
      return concatViews(type, chunks, length, allocate);
    case 'list':
      return concatLists(type, chunks, length, allocate);
    case 'fixedList':
    case 'struct':
      return concatNested(type, chunks, length, allocate);
    case 'denseUnion':
      return concatDenseUnion(type as Union, chunks, length, allocate);
  }
}

export interface UnifiedDictionary {
  readonly type: Dictionary;
  readonly dictionary: Vector;
  /**
   * The chunks, with indices into `dictionary`; the chunks that were given if they share a dictionary
   * already.
   */
  readonly chunks: readonly Data[];
}

/**
 * Makes one dictionary of those of all chunks, as {@link mergeDictionaries} says; a new one lies in shared
 * memory.
 */
export function unifyDictionaries(type: Dictionary, chunks: readonly Data[]): UnifiedDictionary {
  const { common, values, ...merged } = mergeDictionaries(type, chunks);
  const dictionary = common ?? new Vector([concatData(type.dictionary, values, allocateShared)]);
  return { ...merged, dictionary };
}

/**
 * Returns a vector that workers can read: itself if it lies in shared memory, else a copy in memory from
 * `allocate`.
 */
export function ensureShared(vector: Vector, allocate: Allocate): Vector {
  return vector.data.every(isSharedData)
    ? vector
    : new Vector([concatData(vector.type, vector.data, allocate)]);
}

function concatDictionary(
  type: Dictionary,
  chunks: readonly Data[],
  length: number,
  allocate: Allocate,
): Data {
  const unified = unifyDictionaries(type, chunks);
  const indices = concatFixed(unified.type, unified.chunks, length, allocate);
  return dataOf(
    unified.type,
    length,
    indices.nullCount,
    { values: indices.values, validity: indices.nullBitmap },
    { dictionary: ensureShared(unified.dictionary, allocate) },
  );
}

function concatLists(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const spans = chunks.map(spanOf);
  checkOffset(type, spannedBy(spans));
  const parts = spans.map(({ chunk, first, last }) => chunk.children[0].slice(first, last - first));
  const child = concatData(type.children[0].type, parts, allocate);
  const offsets = concatOffsets(type, spans, length, allocate);
  return dataOf(retype(type, [child]), length, nullCount, { offsets, validity }, { children: [child] });
}

/**
 * Joins structs, sparse unions and fixed-size lists, whose children apache-arrow slices to the rows of the
 * chunk.
 */
function concatNested(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const isUnion = type.typeId === Type.Union;
  const { nullCount, validity } = isUnion
    ? { nullCount: 0, validity: undefined }
    : concatValidity(chunks, length, allocate);
  const children = concatChildren(type, chunks, allocate);
  const typeIds = isUnion ? concatTypeIds(chunks, length, allocate) : undefined;
  return dataOf(retype(type, children), length, nullCount, { validity, typeIds }, { children });
}

function concatDenseUnion(type: Union, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const children = concatChildren(type, chunks, allocate);
  const bytes = allocate(length * 4);
  const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, length);
  const bases = type.children.map(() => 0);
  let row = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) {
      const child = type.typeIdToChildIndex[(chunk.typeIds as Int8Array)[i]];
      offsets[row++] = (chunk.valueOffsets as Int32Array)[i] + bases[child];
    }
    chunk.children.forEach((child, k) => {
      bases[k] += child.length;
    });
  }
  const typeIds = concatTypeIds(chunks, length, allocate);
  return dataOf(retype(type, children), length, 0, { offsets, typeIds }, { children });
}

function concatChildren(type: DataType, chunks: readonly Data[], allocate: Allocate): Data[] {
  return type.children.map((field, k) =>
    concatData(
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      allocate,
    ),
  );
}
