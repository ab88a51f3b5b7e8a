import { type Data, Dictionary, Int32, type Vector } from 'apache-arrow';
import { getBit } from './bits.js';
import { typedValues } from './layout.js';
import { valueKey } from './value-key.js';

/** Chunks with one dictionary, which is either `common` or yet to be joined from `values`. */
export interface MergedDictionaries {
  readonly type: Dictionary;
  /** The dictionary that all chunks share already. */
  readonly common: Vector | undefined;
  /** The values of the new dictionary, in order; empty if there is a common one. */
  readonly values: readonly Data[];
  /** The chunks, with indices into the one dictionary. */
  readonly chunks: readonly Data[];
}

/**
 * Merges the dictionaries of chunks: every value once, in order of first appearance; copies nothing if all
 * chunks share one. The index type widens to int32 if needed. Ordered dictionaries whose orders contradict
 * each other become an unordered one.
 */
export function mergeDictionaries(type: Dictionary, chunks: readonly Data[]): MergedDictionaries {
  const dictionaries = [...new Set(chunks.flatMap((chunk) => chunk.dictionary ?? []))];
  if (dictionaries.length === 0) return { type, common: undefined, values: [], chunks };
  if (dictionaries.every((other) => readsSameMemory(other, dictionaries[0]))) {
    return { type, common: dictionaries[0], values: [], chunks };
  }
  const { values, mappings } = distinctValues(dictionaries);
  const isOrdered = type.isOrdered && [...mappings.values()].every(isAscending);
  const indices = indexLimit(type) < values.length ? new Int32() : type.indices;
  const isSame = indices === type.indices && isOrdered === type.isOrdered;
  const merged = isSame ? type : new Dictionary(type.dictionary, indices, type.id, isOrdered);
  return {
    type: merged,
    common: undefined,
    values,
    chunks: chunks.map((chunk) =>
      chunk.dictionary ? remapIndices(chunk, merged, mappings.get(chunk.dictionary) as Int32Array) : chunk,
    ),
  };
}

/**
 * Tells whether two vectors are views of the same memory, as copies of one dictionary that several messages
 * brought are.
 */
function readsSameMemory(a: Vector, b: Vector): boolean {
  if (a === b) return true;
  const sameView = (x?: ArrayBufferView, y?: ArrayBufferView) =>
    x === y || (x?.buffer === y?.buffer && x?.byteOffset === y?.byteOffset);
  return (
    a.data.length === b.data.length &&
    a.data.every((chunk, k) => {
      const other = b.data[k];
      if (chunk === other) return true;
      return (
        chunk.length === other.length &&
        chunk.offset === other.offset &&
        chunk.children.length === 0 &&
        sameView(chunk.nullBitmap, other.nullBitmap) &&
        sameView(chunk.values, other.values) &&
        sameView(chunk.valueOffsets, other.valueOffsets)
      );
    })
  );
}

/** Returns the distinct values, and for each dictionary: its index -> the position among them. */
function distinctValues(dictionaries: readonly Vector[]) {
  const positions = new Map<unknown, number>();
  const mappings = new Map<Vector, Int32Array>();
  const values: Data[] = [];
  for (const vector of dictionaries) {
    const mapping = new Int32Array(vector.length);
    let index = 0;
    for (const chunk of vector.data) {
      for (let i = 0; i < chunk.length; i++, index++) {
        const key = valueKey(chunk, i);
        let position = positions.get(key);
        if (position === undefined) {
          position = positions.size;
          positions.set(key, position);
          values.push(chunk.slice(i, 1));
        }
        mapping[index] = position;
      }
    }
    mappings.set(vector, mapping);
  }
  return { values, mappings };
}

/** Returns how many values the index type can count. */
function indexLimit({ indices }: Dictionary): number {
  return 2 ** (indices.bitWidth - (indices.isSigned ? 1 : 0));
}

/**
 * Tells whether a dictionary's values keep their order. A value that is there twice counts at its first
 * position.
 */
function isAscending(mapping: Int32Array): boolean {
  const seen = new Set<number>();
  let last = -1;
  for (const position of mapping) {
    if (position < last && !seen.has(position)) return false;
    seen.add(position);
    last = Math.max(last, position);
  }
  return true;
}

function remapIndices(chunk: Data, type: Dictionary, mapping: Int32Array): Data {
  const indices = chunk.values as unknown as ArrayLike<number | bigint>;
  const bytes = new Uint8Array(chunk.length * (type.indices.bitWidth / 8));
  const values = typedValues(type, bytes) as unknown as { [row: number]: number | bigint };
  const toIndex: (position: number) => number | bigint =
    type.indices.ArrayType.BYTES_PER_ELEMENT === 8 ? BigInt : (position) => position;
  for (let i = 0; i < chunk.length; i++) {
    // The index of a null row may point anywhere.
    if (chunk.nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, chunk.offset + i)) continue;
    values[i] = toIndex(mapping[Number(indices[i])]);
  }
  const buffers = [undefined, values, chunk.nullBitmap, undefined] as never;
  return chunk.clone(type, chunk.offset, chunk.length, chunk.nullCount, buffers);
}
