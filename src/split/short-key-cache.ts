import { CACHE_SLOTS, keepCompiled, MAX_SHORT_BYTES, ShortBytesCache } from '../arrow/index.js';
import { BytesHashTable } from './bytes-hash-table.js';

/**
 * Looks up keys in a {@link BytesHashTable} and caches the codes of recent short keys, which then need no
 * hash of their bytes.
 */
export class ShortKeyCache {
  readonly #cache = new ShortBytesCache();
  readonly #codes = new Int32Array(CACHE_SLOTS);
  readonly #table: BytesHashTable;

  constructor(table: BytesHashTable) {
    this.#table = table;
  }

  /** Returns the code of the key in bytes `from` to `to`-1; `view` must show the same memory as `bytes`. */
  codeOf(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    if (to - from > MAX_SHORT_BYTES || to === from) return this.#table.add(bytes, from, to);
    const slot = this.#cache.find(bytes, view, from, to);
    if (slot >= 0) return this.#codes[slot];
    const code = this.#table.add(bytes, from, to);
    this.#codes[~slot] = code;
    return code;
  }
}

keepCompiled(new ShortKeyCache(new BytesHashTable()));
