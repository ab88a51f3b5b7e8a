import { type Data, type DataType, Dictionary, type Field, Type, type Vector } from 'apache-arrow';
import { concatData, unifyDictionaries } from './concat.js';
import { downcastData, smallestType } from './downcast.js';
import { encodeDictionary, indexTypeFor } from './encode-dictionary.js';
import { JS_KIND } from './js-kind.js';
import { allocateShared } from './memory.js';

/** A column in one piece, in the smallest types that hold its values exactly. */
export function reduceColumn({ type, metadata }: Field, chunks: readonly Data[], maxDistinct: number): Data {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const join = (into: DataType, parts: readonly Data[]) => concatData(into, parts, allocateShared);
  switch (type.typeId) {
    case Type.Int:
    case Type.Float: {
      // A narrower column would give numbers where these rows have bigints.
      if (metadata.get(JS_KIND) === 'bigint') break;
      const narrow = smallestType(type, chunks);
      return narrow === type
        ? join(type, chunks)
        : join(
            narrow,
            chunks.map((chunk) => downcastData(chunk, narrow)),
          );
    }
    case Type.Utf8:
    case Type.LargeUtf8: {
      const plain = join(type, chunks);
      const encoded = encodeDictionary(type, [plain], Math.floor(length * maxDistinct), allocateShared);
      return encoded && byteSizeOf([encoded]) < byteSizeOf([plain]) ? join(encoded.type, [encoded]) : plain;
    }
    case Type.Dictionary: {
      const { type: unified, dictionary, chunks: parts } = unifyDictionaries(type as Dictionary, chunks);
      const indices = indexTypeFor(dictionary.length);
      if (indices.bitWidth >= unified.indices.bitWidth) return join(type, chunks);
      const narrow = new Dictionary(unified.dictionary, indices as never, null, unified.isOrdered);
      const narrowed = parts.map((part) => {
        const data = downcastData(part, narrow);
        data.dictionary = dictionary;
        return data;
      });
      return join(narrow, narrowed);
    }
  }
  return join(type, chunks);
}

/** Bytes in memory, with those of each dictionary once. */
export function byteSizeOf(chunks: readonly Data[], counted = new Set<Vector>()): number {
  let bytes = 0;
  for (const data of chunks) {
    const { values, valueOffsets, nullBitmap, typeIds, variadicBuffers, dictionary, children } = data;
    const views = [values, valueOffsets, nullBitmap, typeIds, ...(variadicBuffers ?? [])] as (
      | ArrayBufferView
      | undefined
    )[];
    for (const view of views) bytes += view?.byteLength ?? 0;
    bytes += byteSizeOf(children, counted);
    if (dictionary && !counted.has(dictionary)) {
      counted.add(dictionary);
      bytes += byteSizeOf(dictionary.data, counted);
    }
  }
  return bytes;
}
