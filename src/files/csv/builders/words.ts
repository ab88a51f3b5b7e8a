const WORD = 2 ** 32;

/** Writes an integer of up to 53 bits as a 64-bit one. */
export function setWords(words: Int32Array, row: number, value: number): void {
  words[row * 2] = value % WORD;
  words[row * 2 + 1] = Math.floor(value / WORD);
}

/** Writes a bigint as a 64-bit integer. */
export function setBigWords(words: Int32Array, row: number, value: bigint): void {
  words[row * 2] = Number(BigInt.asIntN(32, value));
  words[row * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n));
}
