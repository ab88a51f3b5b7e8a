import { CACHE_SLOTS, MAX_SHORT_BYTES, ShortBytesCache } from './short-bytes-cache.js';

// A leading U+FEFF is a character of the value like any other.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Strings out of UTF-8 bytes. Short ones met lately are remembered: in a column that repeats its values, a read costs no decoding
 * and makes no string.
 */
export class ShortStringCache {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #memo = new ShortBytesCache();
  readonly #strings: string[] = new Array(CACHE_SLOTS).fill('');

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The string bytes[from … to). */
  read(from: number, to: number): string {
    if (to === from) return '';
    if (to - from > MAX_SHORT_BYTES) return decoder.decode(this.#bytes.subarray(from, to));
    const slot = this.#memo.find(this.#bytes, this.#view, from, to);
    if (slot >= 0) return this.#strings[slot];
    const string = decoder.decode(this.#bytes.subarray(from, to));
    this.#strings[~slot] = string;
    return string;
  }
}
