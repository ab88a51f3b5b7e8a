import type { Hash } from 'node:crypto';
import type { Data, DataType, Dictionary } from 'apache-arrow';
import { getBit, identityOf } from '../frame/index.js';

/**
 * The values in use in order of first appearance, and for each row which of them it has. Where the order of a dictionary has a
 * meaning, the order in which the values in use stand there counts too.
 */
export function hashDictionary(
  hash: Hash,
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): void {
  const { isOrdered } = type as unknown as Dictionary;
  const codes = new Map<string | null, number>();
  const ranks = new Set<string | null>();
  let row = 0;
  const known = new Map<Data['dictionary'], (string | null)[]>();
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    let values = known.get(chunk.dictionary);
    if (!values) {
      values =
        chunk.dictionary?.data.flatMap((part) =>
          Array.from({ length: part.length }, (_, i) => identityOf(part, i)),
        ) ?? [];
      known.set(chunk.dictionary, values);
      for (const value of isOrdered ? values : []) ranks.add(value);
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
  const ranked = [...ranks].flatMap((value) => codes.get(value) ?? []);
  hash.update(Uint32Array.from(ranked));
}
