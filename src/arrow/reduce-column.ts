import { type Data, type DataType, Dictionary, type Field, type Float, type Int, Type } from 'apache-arrow';
import { bitmapBytes } from './bits.js';
import { byteSizeOf } from './byte-size.js';
import { concatData, unifyDictionaries } from './concat.js';
import { rowsIn } from './concat-buffers.js';
import { downcastData, joinNarrowed, smallestType } from './downcast.js';
import { indexTypeFor } from './encode-dictionary.js';
import { JS_KIND } from './js-kind.js';
import { offsetWords } from './layout.js';
import { allocateShared } from './memory.js';

/** Makes a dictionary column of text; undefined if more than `limit` values are distinct. */
export type EncodeText = (type: DataType, chunks: readonly Data[], limit: number) => Data | undefined;

/**
 * Joins a column to one piece of the smallest type that holds its values exactly; strings become a dictionary
 * if that is smaller. Returns undefined if the column's own type is the smallest.
 */
export function reduceColumn(
  { type, metadata }: Field,
  chunks: readonly Data[],
  maxDistinct: number,
  encodeText: EncodeText,
): Data | undefined {
  const length = rowsIn(chunks);
  switch (type.typeId) {
    case Type.Int:
    case Type.Float: {
      // These rows had bigints; a narrower column would give them numbers.
      if (metadata.get(JS_KIND) === 'bigint') break;
      const narrow = smallestType(type, chunks);
      return narrow === type ? undefined : joinNarrowed(narrow as Int | Float, chunks);
    }
    case Type.Utf8:
    case Type.LargeUtf8: {
      const encoded = encodeText(type, chunks, Math.floor(length * maxDistinct));
      return encoded && byteSizeOf([encoded]) < plainBytes(chunks) ? encoded : undefined;
    }
    case Type.Dictionary: {
      const { type: unified, dictionary, chunks: parts } = unifyDictionaries(type as Dictionary, chunks);
      const indices = indexTypeFor(dictionary.length);
      if (indices.bitWidth >= unified.indices.bitWidth) break;
      const narrow = new Dictionary(unified.dictionary, indices as never, null, unified.isOrdered);
      const narrowed = parts.map((part) => {
        const data = downcastData(part, narrow);
        data.dictionary = dictionary;
        return data;
      });
      return concatData(narrow, narrowed, allocateShared);
    }
  }
  return undefined;
}

/** Returns the bytes of text in one piece. */
function plainBytes(chunks: readonly Data[]): number {
  let bytes = 0;
  for (const chunk of chunks) {
    const { words, step } = offsetWords(chunk);
    const text = chunk.length === 0 ? 0 : words[chunk.length * step] - words[0];
    bytes += text + chunk.length * 4 * step + (chunk.nullCount > 0 ? bitmapBytes(chunk.length) : 0);
  }
  return bytes;
}
