import { keepCompiled } from '../arrow/index.js';
import { doubleArray } from './double-array.js';

/**
 * A hash table from keys of one or two 32-bit words to codes 0, 1, 2 … in order of first appearance. Open
 * addressing with linear probing, at most half full, so that a key needs no allocation.
 */
export class WordsHashTable {
  /** code -> the words of its key. Growing replaces both arrays. */
  low = new Int32Array(1024);
  high = new Int32Array(1024);
  count = 0;
  private slots = new Int32Array(2048).fill(-1);
  private mask = 2047;

  /** Returns the code of a key, a new one for a key that is not in the table yet. */
  add(low: number, high: number): number {
    let slot = mix(low, high) & this.mask;
    for (;;) {
      const code = this.slots[slot];
      if (code === -1) return this.insert(slot, low, high);
      if (this.low[code] === low && this.high[code] === high) return code;
      slot = (slot + 1) & this.mask;
    }
  }

  private insert(slot: number, low: number, high: number): number {
    const code = this.count++;
    this.low[code] = low;
    this.high[code] = high;
    this.slots[slot] = code;
    if (this.count === this.low.length) this.grow();
    return code;
  }

  private grow(): void {
    this.low = doubleArray(this.low);
    this.high = doubleArray(this.high);
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    this.mask = this.slots.length - 1;
    for (let code = 0; code < this.count; code++) {
      let slot = mix(this.low[code], this.high[code]) & this.mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & this.mask;
      this.slots[slot] = code;
    }
  }
}

function mix(low: number, high: number): number {
  let h = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
}

keepCompiled(new WordsHashTable());
