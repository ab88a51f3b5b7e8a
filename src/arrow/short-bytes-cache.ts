/** Byte strings longer than this are not remembered. */
export const MAX_SHORT_BYTES = 8;
export const CACHE_SLOTS = 1 << 13;

/**
 * Remembers short byte strings met lately, by their bytes as two words. What belongs to them lies with the caller, at the slot told
 * here: one look then does what would take a hash over bytes, a comparison of bytes, or the decoding of a string.
 */
export class ShortBytesCache {
  readonly #low = new Int32Array(CACHE_SLOTS);
  readonly #high = new Int32Array(CACHE_SLOTS);
  readonly #lengths = new Uint8Array(CACHE_SLOTS);

  /**
   * The slot of bytes[from … to), of 1 to {@link MAX_SHORT_BYTES} bytes; `view` is a view on the same bytes. Where they are new, the
   * complement of the slot, which is theirs from now on.
   */
  find(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    const length = to - from;
    // First and last bytes, overlapping: with the length they tell strings of up to eight bytes apart.
    let low: number;
    let high: number;
    if (length >= 4) {
      low = view.getInt32(from, true);
      high = view.getInt32(to - 4, true);
    } else {
      low = bytes[from] | (bytes[to - 1] << 8);
      high = bytes[from + (length >> 1)];
    }
    // Both halves of a word count: keys that differ in their last byte alone must not meet in one slot.
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
