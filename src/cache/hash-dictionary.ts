import type { Data, DataType, Dictionary, Vector } from 'apache-arrow';
import { getBit, valueKey } from '../arrow/index.js';
import type { Hasher } from './hasher.js';

/**
 * Hashes a dictionary column: for each row the number of its value, then the values in order of first
 * appearance. For an ordered dictionary, also the order of the values. Reads only values in use: a group may
 * have the dictionary of a table.
 */
export function hashDictionary(
  hash: Hasher,
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): void {
  /** Maps value to number. */
  const codes = new Map<string | null, number>();
  /**
   * Maps index to the value's number plus one, for each dictionary; 0 for a value that has not appeared yet.
   */
  const numbers = new Map<Vector | undefined, Uint32Array>();
  let row = 0;
  for (const { length, dictionary, values } of chunks) {
    if (length === 0) continue;
    const byIndex = numbers.get(dictionary) ?? new Uint32Array(dictionary?.length ?? 0);
    numbers.set(dictionary, byIndex);
    const indices = values as unknown as ArrayLike<number | bigint>;
    const out = new Uint32Array(length);
    for (let i = 0; i < length; i++, row++) {
      if (valid && !getBit(valid, row)) continue;
      const index = Number(indices[i]);
      if (byIndex[index] === 0) {
        const value = valueAt(dictionary as Vector, index);
        const code = codes.get(value) ?? codes.size;
        codes.set(value, code);
        byIndex[index] = code + 1;
      }
      out[i] = byIndex[index];
    }
    hash.update(out);
  }
  for (const value of codes.keys()) {
    hash.update(Uint32Array.of(value === null ? 0xffffffff : value.length));
    if (value !== null) hash.update(Buffer.from(value, 'latin1'));
  }
  if ((type as unknown as Dictionary).isOrdered) hash.update(ranks(numbers.keys(), codes));
}

function valueAt(dictionary: Vector, index: number): string | null {
  let at = index;
  for (const part of dictionary.data) {
    if (at < part.length) return valueKey(part, at);
    at -= part.length;
  }
  return null;
}

/** Returns the numbers of the values in use, in the order of the dictionaries. */
function ranks(
  dictionaries: Iterable<Vector | undefined>,
  codes: ReadonlyMap<string | null, number>,
): Uint32Array {
  const ranked = new Set<number>();
  for (const dictionary of dictionaries) {
    for (const part of dictionary?.data ?? []) {
      for (let i = 0; i < part.length; i++) {
        const code = codes.get(valueKey(part, i));
        if (code !== undefined) ranked.add(code);
      }
    }
  }
  return Uint32Array.from(ranked);
}
