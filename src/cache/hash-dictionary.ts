import type { Hash } from 'node:crypto';
import type { Data, DataType, Dictionary } from 'apache-arrow';
import { getBit, identityOf } from '../frame/index.js';

/**
 * The values in use in order of first appearance, and for each row which of them it has. Where the order of a dictionary has a
 * meaning, all of it counts.
 */
export function hashDictionary(
  hash: Hash,
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): void {
  const { isOrdered } = type as unknown as Dictionary;
  const codes = new Map<string | null, number>();
  let row = 0;
  const known = new Map<Data['dictionary'], (string | null)[]>();
  for (const chunk of chunks) {
    let values = known.get(chunk.dictionary);
    if (!values) {
      values =
        chunk.dictionary?.data.flatMap((part) =>
          Array.from({ length: part.length }, (_, i) => identityOf(part, i)),
        ) ?? [];
      known.set(chunk.dictionary, values);
      if (isOrdered) for (const value of values) if (!codes.has(value)) codes.set(value, codes.size);
    }
    const indices = chunk.values as unknown as ArrayLike<number | bigint>;
    const out = new Uint32Array(chunk.length);
    const byIndex = new Int32Array(values.length).fill(-1);
    for (let i = 0; i < chunk.length; i++, row++) {
      if (valid && !getBit(valid, row)) continue;
      const index = Number(indices[i]);
      let code = byIndex[index];
      if (code === -1) {
        const value = values[index];
        code = codes.get(value) ?? codes.size;
        codes.set(value, code);
        byIndex[index] = code;
      }
      out[i] = code + 1;
    }
    hash.update(out);
  }
  for (const value of codes.keys()) {
    hash.update(Uint32Array.of(value === null ? 0xffffffff : value.length));
    if (value !== null) hash.update(value, 'latin1');
  }
}
