/** Returns the value of a half float, given its bits. */
export function halfToNumber(half: number): number {
  const exponent = (half & 0x7c00) >> 10;
  const sign = half & 0x8000 ? -1 : 1;
  const fraction = half & 0x03ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
