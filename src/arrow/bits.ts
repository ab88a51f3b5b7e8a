/** Returns the bytes of a bitmap of `length` bits, padded to 8-byte words as Arrow recommends. */
export const bitmapBytes = (length: number): number => ((length + 63) >>> 6) << 3;

export const getBit = (bitmap: Uint8Array, index: number): boolean =>
  ((bitmap[index >>> 3] >>> (index & 7)) & 1) === 1;

/** Sets `length` bits of `target` to one, from bit `from`. */
export function fillBits(target: Uint8Array, from: number, length: number): void {
  let bit = from;
  const end = from + length;
  while (bit < end && (bit & 7) !== 0) {
    target[bit >>> 3] |= 1 << (bit & 7);
    bit++;
  }
  const wholeBytes = (end - bit) >>> 3;
  target.fill(0xff, bit >>> 3, (bit >>> 3) + wholeBytes);
  for (bit += wholeBytes * 8; bit < end; bit++) target[bit >>> 3] |= 1 << (bit & 7);
}

/** Copies `length` bits into `target`, where these bits must be zero before. */
export function copyBits(
  source: Uint8Array,
  sourceBit: number,
  target: Uint8Array,
  targetBit: number,
  length: number,
): void {
  let done = 0;
  const step = () => {
    if (getBit(source, sourceBit + done)) target[(targetBit + done) >>> 3] |= 1 << ((targetBit + done) & 7);
    done++;
  };
  while (done < length && ((targetBit + done) & 7) !== 0) step();
  const wholeBytes = (length - done) >>> 3;
  const shift = (sourceBit + done) & 7;
  const from = (sourceBit + done) >>> 3;
  const to = (targetBit + done) >>> 3;
  if (shift === 0) {
    target.set(source.subarray(from, from + wholeBytes), to);
  } else {
    for (let i = 0; i < wholeBytes; i++) {
      target[to + i] = (source[from + i] >>> shift) | (source[from + i + 1] << (8 - shift));
    }
  }
  done += wholeBytes * 8;
  while (done < length) step();
}
