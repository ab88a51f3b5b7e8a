import type { Data } from 'apache-arrow';
import { ApplyError } from '../../errors.js';
import type { Edges } from './interval-labels.js';
import { eachBlock } from './numbers.js';

/** Returns the edges of `count` bins of equal width, as pandas finds them; undefined without any number. */
export function evenEdges(
  chunks: readonly Data[],
  count: number,
  right: boolean,
  whose: string,
): Edges | undefined {
  let [least, greatest] = rangeOf(chunks);
  if (least > greatest) return undefined;
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `${whose}: the column has infinities, between which there are no ${count} equal bins; give edges`,
    );
  }
  if (least === greatest) {
    least -= least === 0 ? 0.001 : 0.001 * Math.abs(least);
    greatest += greatest === 0 ? 0.001 : 0.001 * Math.abs(greatest);
    return { values: linspace(least, greatest, count), areIntegers: false };
  }
  const values = linspace(least, greatest, count);
  const more = (greatest - least) * 0.001;
  if (right) values[0] -= more;
  else values[count] += more;
  return { values, areIntegers: false };
}

function rangeOf(chunks: readonly Data[]): [least: number, greatest: number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  eachBlock(chunks, (numbers) => {
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i];
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  });
  return [least, greatest];
}

/** Returns `parts` + 1 numbers, in the arithmetic of `np.linspace`. */
export function linspace(from: number, to: number, parts: number): number[] {
  const step = (to - from) / parts;
  const values = Array.from({ length: parts + 1 }, (_, k) =>
    step === 0 ? (k / parts) * (to - from) + from : k * step + from,
  );
  values[parts] = to;
  return values;
}
