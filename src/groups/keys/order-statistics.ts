/** Fewer numbers are sorted, which takes less time than counting them. */
const FEW = 1 << 12;
const CELLS = 1 << 16;

/**
 * Returns rank -> number of numbers without NaN, for these ranks. Counts how many numbers lie in each cell of
 * a grid and sorts only the cells that have a rank; sorts all numbers if these cells hold most of them. The
 * order of `numbers` changes.
 */
export function orderStatistics(numbers: Float64Array, ranks: readonly number[]): (rank: number) => number {
  const grid = numbers.length < FEW ? undefined : gridOf(numbers);
  if (grid === undefined) return sorted(numbers);
  const cellOf = (rank: number) => {
    let [low, high] = [0, CELLS - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (grid.ends[middle] > rank) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const wanted = new Uint8Array(CELLS);
  const starts = new Int32Array(CELLS);
  let count = 0;
  for (const cell of [...new Set(ranks.map(cellOf))].sort((a, b) => a - b)) {
    wanted[cell] = 1;
    starts[cell] = count;
    count += grid.ends[cell] - before(grid, cell);
  }
  if (count > numbers.length / 4) return sorted(numbers);
  const some = new Float64Array(count);
  collect(numbers, grid, wanted, some);
  some.sort();
  return (rank) => {
    const cell = cellOf(rank);
    return some[starts[cell] + rank - before(grid, cell)];
  };
}

function sorted(numbers: Float64Array): (rank: number) => number {
  numbers.sort();
  return (rank) => numbers[rank];
}

/** Cells of one width, in ascending order. */
interface Grid {
  readonly least: number;
  readonly scale: number;
  /** Cell -> how many numbers lie in it and in those before. */
  readonly ends: Int32Array;
}

const before = ({ ends }: Grid, cell: number): number => (cell === 0 ? 0 : ends[cell - 1]);

/** Returns the cells of numbers; undefined if they are infinite, all equal, or too far from each other. */
function gridOf(numbers: Float64Array): Grid | undefined {
  let least = numbers[0];
  let greatest = least;
  for (let i = 1; i < numbers.length; i++) {
    const value = numbers[i];
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const scale = (CELLS - 1) / (greatest - least);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return undefined;
  const ends = new Int32Array(CELLS);
  // Multiplication may round up to the next cell but never out of order, so cells stay in order.
  for (let i = 0; i < numbers.length; i++) ends[((numbers[i] - least) * scale) | 0]++;
  for (let cell = 1; cell < CELLS; cell++) ends[cell] += ends[cell - 1];
  return { least, scale, ends };
}

function collect(numbers: Float64Array, { least, scale }: Grid, wanted: Uint8Array, out: Float64Array): void {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    if (wanted[((value - least) * scale) | 0] === 1) out[count++] = value;
  }
}
