import { Stage, type WordChunk } from './stage.js';
import { PIECE_ROWS, type WorkMemory, withWorkMemory } from './work-memory.js';

/** Cells of one size that integers lie in. One or several cells are a period. */
export interface Cells {
  /** The first integer of cell 0. */
  readonly origin: bigint;
  readonly size: bigint;
  /** How many cells there are, up to {@link MOST_CELLS}. */
  readonly count: number;
  /** Cell -> its period, in ascending order; missing if every cell is a period. */
  readonly periodOf?: Int32Array;
}

/** The periods that rows lie in: codes 0, 1, 2 … in order of first appearance. */
export interface NumberedCells {
  /** code -> its period. */
  readonly periods: Int32Array;
  /** code -> the number of its rows. */
  readonly sizes: Int32Array;
  /** code -> its first row. */
  readonly firsts: Int32Array;
}

/** Thrown where an integer lies in no cell. */
export class OutsideCells extends Error {}

/** Returns how many periods cells make. */
export const periodsIn = ({ count, periodOf }: Cells): number =>
  periodOf === undefined || count === 0 ? count : periodOf[count - 1] + 1;

/** The most cells for which the quotients of {@link divisorOf} are at most one too small. */
export const MOST_CELLS = 1 << 22;

/**
 * Returns what divides distances by the size of a cell: `coarse` bits less leave 32, times `factor` they have
 * 63, and `fine` bits less make the quotient.
 */
function divisorOf({ size, count }: Cells) {
  const coarse = Math.max(0, bitsOf(size * BigInt(count)) - 32);
  const fine = 30 + bitsOf(size) - coarse;
  const factor = (1n << BigInt(coarse + fine)) / size;
  return { coarse: BigInt(coarse), factor, fine: BigInt(fine) };
}

const bitsOf = (value: bigint): number => value.toString(2).length;

/**
 * Numbers periods and writes the codes of all rows; returns undefined without the kernel.
 *
 * @throws OutsideCells
 */
export function numberCells(
  chunks: readonly WordChunk[],
  width: number,
  cells: Cells,
  codes: Int32Array,
): NumberedCells | undefined {
  return withWorkMemory(cellsIn, chunks, width, cells, codes);
}

function cellsIn(
  memory: WorkMemory,
  chunks: readonly WordChunk[],
  width: number,
  cells: Cells,
  codes: Int32Array,
): NumberedCells {
  const { origin, size, count, periodOf } = cells;
  const { coarse, factor, fine } = divisorOf(cells);
  const limit = size * BigInt(count);
  const stage = new Stage(memory);
  const source = memory.take(PIECE_ROWS * width);
  const found = memory.take(4);
  const table = (length: number) => memory.take(length * 4);
  const most = Math.min(periodsIn(cells), codes.length);
  const [periods, sizes, firsts] = [table(most), table(most), table(most)];
  const codeOfCell = table(count);
  const codeOfPeriod = periodOf ? table(periodsIn(cells)) : codeOfCell;
  const periodOfCell = periodOf ? table(count) : 0;
  // The memory may have moved with the last `take`, so it is filled now.
  memory.words[found / 4] = 0;
  memory.words.fill(-1, codeOfCell / 4, codeOfCell / 4 + count);
  if (periodOf) {
    memory.words.fill(-1, codeOfPeriod / 4, codeOfPeriod / 4 + periodsIn(cells));
    memory.words.set(periodOf, periodOfCell / 4);
  }
  let row = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += PIECE_ROWS) {
      const n = Math.min(PIECE_ROWS, chunk.length - from);
      memory.bytes.set(chunk.bytes.subarray(from * width, (from + n) * width), source);
      const { bits, bit } = stage.validity(chunk, from, n);
      const done = memory.kernel.numberCells(
        source,
        width,
        origin,
        size,
        limit,
        coarse,
        factor,
        fine,
        periodOfCell,
        codeOfCell,
        codeOfPeriod,
        found,
        periods,
        sizes,
        firsts,
        bits,
        bit,
        stage.codes,
        row,
        n,
      );
      if (done < n) throw new OutsideCells();
      stage.copyCodes(codes, row, n);
      row += n;
    }
  }
  const ints = (address: number) => memory.words.slice(address / 4, address / 4 + memory.words[found / 4]);
  return { periods: ints(periods), sizes: ints(sizes), firsts: ints(firsts) };
}
