/*
 * Keys to codes 0, 1, 2 … in order of first appearance, by a hash table with open addressing. This is
 * AssemblyScript: an address is a `usize`, and nobody checks what `load` and `store` reach.
 *
 * The caller lays the table out at address `t`, as key-table.ts shows. A slot has 16 bytes: the tag of a key,
 * and its code or EMPTY. Functions over rows stop at the first row whose key has no room, and return how many
 * rows are done. The caller then makes room and goes on from there.
 */

/** 2^64 divided by the golden ratio: it spreads keys that differ by powers of two. */
export const GOLDEN: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;
export const EMPTY: i32 = -1;
export const FULL: i32 = -2;

/** Returns the code of a tag, a new one for a new tag, or FULL; searches from the slot `first` on. */
export function search(t: usize, first: usize, tag: u64, row: i32): i32 {
  const slots = <usize>load<u32>(t);
  const mask = <usize>load<u32>(t, 4);
  let slot = first;
  while (true) {
    const code = load<i32>(slot, 8);
    if (code === EMPTY) return insert(t, slot, tag, row);
    if (load<u64>(slot) === tag) return code;
    slot = slots + ((slot - slots + 16) & mask);
  }
}

/** Gives a tag the next code, of which no row is counted yet; returns FULL without room. */
export function insert(t: usize, slot: usize, tag: u64, row: i32): i32 {
  const code = load<i32>(t, 16);
  if (code === load<i32>(t, 20)) return FULL;
  store<i32>(t, code + 1, 16);
  store<u64>(slot, tag);
  store<i32>(slot, code, 8);
  const at = (<usize>code) << 2;
  store<u64>(<usize>load<u32>(t, 24) + (at << 1), tag);
  store<i32>(<usize>load<u32>(t, 28) + at, 0);
  store<i32>(<usize>load<u32>(t, 32) + at, row);
  return code;
}
