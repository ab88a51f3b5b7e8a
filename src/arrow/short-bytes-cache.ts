/** The longest byte string that is cached. */
export const MAX_SHORT_BYTES = 8;
export const CACHE_SLOTS = 1 << 13;

/**
 * Gives recent short byte strings a slot each, at which the caller keeps what belongs to them, such as a code
 * or a string. It reads a byte string as two words, so a hit needs no loop over bytes and no decoding.
 */
export class ShortBytesCache {
  readonly #low = new Int32Array(CACHE_SLOTS);
  readonly #high = new Int32Array(CACHE_SLOTS);
  readonly #lengths = new Uint8Array(CACHE_SLOTS);

  /**
   * Returns the slot of bytes `from` to `to`-1, which are 1 to {@link MAX_SHORT_BYTES}; `view` must show the
   * same memory as `bytes`. If they are new they take a slot, and the result is its complement.
   */
  find(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    const length = to - from;
    // The first and the last bytes, which may overlap. With the length they identify a string of up to eight
    // bytes.
    let low: number;
    let high: number;
    if (length >= 4) {
      low = view.getInt32(from, true);
      high = view.getInt32(to - 4, true);
    } else {
      low = bytes[from] | (bytes[to - 1] << 8);
      high = bytes[from + (length >> 1)];
    }
    // Mixes both halves of a word, so that keys that differ only in their last byte get different slots.
    let mixed = (Math.imul(low ^ (low >>> 16) ^ length, 0x9e3779b1) + (high ^ (high >>> 16))) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    const slot = (mixed >>> 15) & (CACHE_SLOTS - 1);
    if (this.#low[slot] === low && this.#high[slot] === high && this.#lengths[slot] === length) return slot;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#lengths[slot] = length;
    return ~slot;
  }
}
