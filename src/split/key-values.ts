import { type Data, type Dictionary, Type, Vector } from 'apache-arrow';
import { getBit } from '../frame/index.js';
import type { ChunkedColumn } from './grouping.js';

/** row -> the value of a key column there, as apache-arrow gives it. */
export function keyValues({ type, chunks }: ChunkedColumn): (row: number) => unknown {
  if (chunks.length === 0) return () => null;
  if (type.typeId === Type.Dictionary && (type as Dictionary).indices.bitWidth > 32)
    return (row) => dictionaryValue(chunks, row);
  const vector = new Vector([...chunks]);
  return (row) => vector.get(row);
}

/** apache-arrow cannot look up a 64-bit index in a dictionary of several chunks. */
function dictionaryValue(chunks: readonly Data[], row: number): unknown {
  let at = row;
  let k = 0;
  while (at >= chunks[k].length) at -= chunks[k++].length;
  const { nullCount, nullBitmap, offset, values, dictionary } = chunks[k];
  if (nullCount > 0 && !getBit(nullBitmap as Uint8Array, offset + at)) return null;
  return dictionary?.get(Number(values[at]));
}
