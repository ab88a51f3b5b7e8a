import { type Data, Dictionary, Int32, Vector } from 'apache-arrow';
import { getBit } from './bits.js';
import { concatData } from './concat.js';
import { typedValues } from './layout.js';
import { type Allocate, allocateShared, isSharedData } from './memory.js';
import { valueKey } from './value-key.js';

export interface UnifiedDictionary {
  readonly type: Dictionary;
  readonly dictionary: Vector;
  /** The chunks, their indices now pointing into `dictionary`. */
  readonly chunks: readonly Data[];
}

/**
 * One dictionary for chunks that may have different ones: every value once, in order of first appearance. Where all chunks share
 * a dictionary nothing is copied. The index type widens to int32 when the joined dictionary outgrows it. Ordered dictionaries that
 * disagree about the order of their values become one that is not ordered.
 */
export function unifyDictionaries(type: Dictionary, chunks: readonly Data[]): UnifiedDictionary {
  const dictionaries = [...new Set(chunks.flatMap((chunk) => chunk.dictionary ?? []))];
  if (dictionaries.length === 0) {
    return { type, dictionary: new Vector([concatData(type.dictionary, [], allocateShared)]), chunks };
  }
  if (dictionaries.every((other) => readsSameMemory(other, dictionaries[0]))) {
    return { type, dictionary: dictionaries[0], chunks };
  }
  const { dictionary, mappings } = mergeDictionaries(type, dictionaries);
  const isOrdered = type.isOrdered && [...mappings.values()].every(isAscending);
  const indices = indexLimit(type) < dictionary.length ? new Int32() : type.indices;
  const isSame = indices === type.indices && isOrdered === type.isOrdered;
  const unified = isSame ? type : new Dictionary(type.dictionary, indices, type.id, isOrdered);
  return {
    type: unified,
    dictionary,
    chunks: chunks.map((chunk) =>
      chunk.dictionary ? remapIndices(chunk, unified, mappings.get(chunk.dictionary) as Int32Array) : chunk,
    ),
  };
}

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

function mergeDictionaries(type: Dictionary, dictionaries: readonly Vector[]) {
  const codes = new Map<unknown, number>();
  const mappings = new Map<Vector, Int32Array>();
  const kept: Data[] = [];
  for (const vector of dictionaries) {
    const mapping = new Int32Array(vector.length);
    let at = 0;
    for (const chunk of vector.data) {
      for (let i = 0; i < chunk.length; i++, at++) {
        const identity = valueKey(chunk, i);
        let code = codes.get(identity);
        if (code === undefined) {
          code = codes.size;
          codes.set(identity, code);
          kept.push(chunk.slice(i, 1));
        }
        mapping[at] = code;
      }
    }
    mappings.set(vector, mapping);
  }
  return { dictionary: new Vector([concatData(type.dictionary, kept, allocateShared)]), mappings };
}

function indexLimit({ indices }: Dictionary): number {
  return 2 ** (indices.bitWidth - (indices.isSigned ? 1 : 0));
}

/** Whether values come in the order of their codes; where one is there twice, its first place counts. */
function isAscending(mapping: Int32Array): boolean {
  const seen = new Set<number>();
  let last = -1;
  for (const code of mapping) {
    if (code < last && !seen.has(code)) return false;
    seen.add(code);
    last = Math.max(last, code);
  }
  return true;
}

function remapIndices(chunk: Data, type: Dictionary, mapping: Int32Array): Data {
  const indices = chunk.values as unknown as ArrayLike<number | bigint>;
  const bytes = new Uint8Array(chunk.length * (type.indices.bitWidth / 8));
  const values = typedValues(type, bytes) as unknown as { [row: number]: number | bigint };
  const toIndex: (code: number) => number | bigint =
    type.indices.ArrayType.BYTES_PER_ELEMENT === 8 ? BigInt : (code) => code;
  for (let i = 0; i < chunk.length; i++) {
    // A null row's index is not meaningful and may point anywhere.
    if (chunk.nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, chunk.offset + i)) continue;
    values[i] = toIndex(mapping[Number(indices[i])]);
  }
  const buffers = [undefined, values, chunk.nullBitmap, undefined] as never;
  return chunk.clone(type, chunk.offset, chunk.length, chunk.nullCount, buffers);
}

/** Workers read the dictionary too, so it moves to shared memory once. */
export function ensureShared(vector: Vector, allocate: Allocate): Vector {
  return vector.data.every(isSharedData)
    ? vector
    : new Vector([concatData(vector.type, vector.data, allocate)]);
}
