import { CACHE_SLOTS, keepCompiled, MAX_SHORT_BYTES, ShortBytesCache } from '../arrow/index.js';
import { BytesHashTable } from './bytes-hash-table.js';

/** A way into a {@link BytesHashTable} that remembers the codes of short keys met lately. */
export class ShortKeyCache {
  readonly #memo = new ShortBytesCache();
  readonly #codes = new Int32Array(CACHE_SLOTS);
  readonly #table: BytesHashTable;

  constructor(table: BytesHashTable) {
    this.#table = table;
  }

  /** The code of the key bytes[from … to); `view` is a view on the same bytes. */
  codeOf(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    if (to - from > MAX_SHORT_BYTES || to === from) return this.#table.add(bytes, from, to);
    const slot = this.#memo.find(bytes, view, from, to);
    if (slot >= 0) return this.#codes[slot];
    const code = this.#table.add(bytes, from, to);
    this.#codes[~slot] = code;
    return code;
  }
}

keepCompiled(new ShortKeyCache(new BytesHashTable()));
