import { type Data, type DataType, Dictionary, type Int, Int8, Int16, Int32, Vector } from 'apache-arrow';
import { concatData } from './concat.js';
import { rowsIn } from './concat-buffers.js';
import { asBytes, dataOf, offsetWords } from './layout.js';
import type { Allocate } from './memory.js';
import { ValidityBuilder } from './validity-builder.js';

/** Returns the smallest index type for `count` values; signed, as in pandas and pyarrow. */
export const indexTypeFor = (count: number): Int =>
  count <= 2 ** 7 ? new Int8() : count <= 2 ** 15 ? new Int16() : new Int32();

/**
 * Dictionary-encodes strings or binary, as type `given` if there is one; returns undefined if more than
 * `limit` values are distinct. Values are in order of first appearance and compared as bytes, so text that is
 * not valid UTF-8 survives.
 */
export function encodeDictionary(
  type: DataType,
  chunks: readonly Data[],
  limit: number,
  allocate: Allocate,
  given?: Dictionary,
): Data | undefined {
  const length = rowsIn(chunks);
  const codes = new Int32Array(length);
  const validity = new ValidityBuilder(length);
  const known = new Map<string, number>();
  const kept: Data[] = [];
  let row = 0;
  for (const chunk of chunks) {
    const { words, step } = offsetWords(chunk);
    const bytes = asBytes(chunk.values ?? new Uint8Array(0));
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < chunk.length; i++, row++) {
      if (!chunk.getValid(i)) {
        validity.setNull(row);
        continue;
      }
      const key = buffer.toString('latin1', words[i * step], words[(i + 1) * step]);
      let code = known.get(key);
      if (code === undefined) {
        code = known.size;
        if (code === limit) return undefined;
        known.set(key, code);
        kept.push(chunk.slice(i, 1));
      }
      codes[row] = code;
    }
  }
  const into = given ?? new Dictionary(type, indexTypeFor(kept.length) as never);
  const values = new into.indices.ArrayType(length) as { [row: number]: number | bigint } & ArrayBufferView;
  const isWide = (values as ArrayBufferView as Int8Array).BYTES_PER_ELEMENT === 8;
  for (let i = 0; i < length; i++) values[i] = isWide ? BigInt(codes[i]) : codes[i];
  const dictionary = new Vector([concatData(type, kept, allocate)]);
  const buffers = { values, validity: validity.bitmap };
  return dataOf(into, length, validity.nulls, buffers, { dictionary });
}
