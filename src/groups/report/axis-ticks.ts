/**
 * Returns round numbers from 0 to `end`, about `count` of them, in steps of 1, 2 or 5 times a power of ten.
 * The limits between the steps are those of d3's `ticks`: geometric means, so that the count comes closest.
 */
export function axisTicks(end: number, count: number): number[] {
  if (!(end > 0)) return [0];
  const exponent = Math.floor(Math.log10(end / count));
  const error = end / count / 10 ** exponent;
  const factor = error >= Math.sqrt(50) ? 10 : error >= Math.sqrt(10) ? 5 : error >= Math.SQRT2 ? 2 : 1;
  // Negative powers of ten are not exact: dividing by the positive one is.
  const tickAt = (i: number) => (exponent < 0 ? (i * factor) / 10 ** -exponent : i * factor * 10 ** exponent);
  const ticks: number[] = [];
  for (let i = 0; tickAt(i) <= end; i++) ticks.push(tickAt(i));
  return ticks;
}
