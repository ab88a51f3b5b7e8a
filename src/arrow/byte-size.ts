import type { Data, Vector } from 'apache-arrow';

/** Returns the bytes of chunks in memory; dictionaries that are in `counted` already do not count. */
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
