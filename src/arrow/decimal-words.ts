/** Reads the unscaled integer of a decimal, which lies in `stride` words of 32 bits, the lowest first. */
export function readDecimalWords(words: Uint32Array, row: number, stride: number): bigint {
  let value = 0n;
  for (let k = stride - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[row * stride + k]);
  return BigInt.asIntN(stride * 32, value);
}

/** Writes the unscaled integer of a decimal; the caller makes sure that it fits. */
export function writeDecimalWords(words: Uint32Array, row: number, stride: number, unscaled: bigint): void {
  let rest = unscaled;
  for (let k = 0; k < stride; k++) {
    words[row * stride + k] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
}

/** Returns the number that is nearest to a decimal. */
export const decimalNumber = (unscaled: bigint, scale: number): number => Number(`${unscaled}e${-scale}`);
