import { CACHE_SLOTS, MAX_SHORT_BYTES, ShortBytesCache } from './short-bytes-cache.js';

// Keeps a leading U+FEFF, which is a character of the value.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads strings from UTF-8 bytes and caches recent short ones: in a column that repeats its values, most
 * reads decode nothing.
 */
export class ShortStringCache {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #cache = new ShortBytesCache();
  readonly #strings: string[] = new Array(CACHE_SLOTS).fill('');

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Returns the string in bytes `from` to `to`-1. */
  read(from: number, to: number): string {
    if (to === from) return '';
    if (to - from > MAX_SHORT_BYTES) return decoder.decode(this.#bytes.subarray(from, to));
    const slot = this.#cache.find(this.#bytes, this.#view, from, to);
    if (slot >= 0) return this.#strings[slot];
    const string = decoder.decode(this.#bytes.subarray(from, to));
    this.#strings[~slot] = string;
    return string;
  }
}
