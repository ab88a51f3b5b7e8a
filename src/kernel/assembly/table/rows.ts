/** The code of a row that has no key. */
export const NO_KEY: i32 = -1;

/** Tells whether a value is not null. */
export function isSet(bits: usize, at: usize): bool {
  return ((load<u8>(bits + (at >> 3)) >> <u8>(at & 7)) & 1) !== 0;
}
