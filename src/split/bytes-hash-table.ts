import { doubleArray } from './double-array.js';

/**
 * Orders two codes by the bytes of their keys; for UTF-8 that is the order of code points. Key `code` is
 * bytes starts[code] to starts[code + 1]-1.
 */
export function compareBytes(bytes: Uint8Array, starts: Int32Array, a: number, b: number): number {
  let i = starts[a];
  let j = starts[b];
  const endA = starts[a + 1];
  const endB = starts[b + 1];
  while (i < endA && j < endB) {
    const difference = bytes[i++] - bytes[j++];
    if (difference !== 0) return difference;
  }
  return endA - starts[a] - (endB - starts[b]);
}

/**
 * A hash table from byte strings to codes 0, 1, 2 … in order of first appearance. It hashes and compares
 * bytes, so it makes no JavaScript strings, and keeps one copy of each distinct key.
 */
export class BytesHashTable {
  count = 0;
  /** Key `code` is bytes starts[code] to starts[code + 1]-1. Growing replaces both arrays. */
  bytes = new Uint8Array(1 << 14);
  starts = new Int32Array(1024);
  private hashes = new Int32Array(1024);
  private slots = new Int32Array(2048).fill(-1);
  private mask = 2047;

  /**
   * Returns the code of the key in bytes `from` to `to`-1 of `source`, a new one for a key that is not in the
   * table yet.
   */
  add(source: Uint8Array, from: number, to: number): number {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ source[i], 0x01000193);
    hash ^= hash >>> 15;
    let slot = hash & this.mask;
    for (;;) {
      const code = this.slots[slot];
      if (code === -1) return this.insert(slot, hash, source, from, to);
      if (this.hashes[code] === hash && this.equals(code, source, from, to)) return code;
      slot = (slot + 1) & this.mask;
    }
  }

  /** Orders two codes by the bytes of their keys; for UTF-8 that is the order of code points. */
  compare(a: number, b: number): number {
    return compareBytes(this.bytes, this.starts, a, b);
  }

  private equals(code: number, source: Uint8Array, from: number, to: number): boolean {
    let at = this.starts[code];
    if (this.starts[code + 1] - at !== to - from) return false;
    for (let i = from; i < to; i++) if (this.bytes[at++] !== source[i]) return false;
    return true;
  }

  private insert(slot: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const code = this.count++;
    const start = this.starts[code];
    while (start + to - from > this.bytes.length) this.bytes = doubleArray(this.bytes);
    this.bytes.set(source.subarray(from, to), start);
    this.hashes[code] = hash;
    this.slots[slot] = code;
    if (this.count + 1 === this.starts.length) this.grow();
    this.starts[code + 1] = start + to - from;
    return code;
  }

  private grow(): void {
    this.starts = doubleArray(this.starts);
    this.hashes = doubleArray(this.hashes);
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    this.mask = this.slots.length - 1;
    for (let code = 0; code < this.count; code++) {
      let slot = this.hashes[code] & this.mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & this.mask;
      this.slots[slot] = code;
    }
  }
}
