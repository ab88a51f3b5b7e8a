import { type Data, Int32 } from 'apache-arrow';
import { allocateShared, bitmapBytes, dataOf, getBit } from '../arrow/index.js';
import {
  type Cells,
  isForKernel,
  type NumberedCells,
  numberCells,
  OutsideCells,
  periodsIn,
} from '../kernel/index.js';
import { ChunkIndex } from './chunked-column.js';
import { type Bins, binReader, numberBins } from './factorize-bins.js';
import { wordChunk } from './kernel-chunks.js';
import { type KeyCodes, NO_KEY } from './key-codes.js';

/** Keys that are numbers of periods or bins. */
export interface PeriodCodes extends KeyCodes {
  /** code -> its period or bin. */
  readonly periods: Int32Array;
}

/**
 * Numbers the periods that integers of 32 or 64 bits lie in, or the bins that numbers lie in, and writes the
 * code of each row to `codes`.
 *
 * @throws OutsideCells where an integer lies in no cell
 */
export function factorizeCells(chunks: readonly Data[], cells: Cells | Bins, codes: Int32Array): PeriodCodes {
  const { periods, sizes, firsts } =
    'edges' in cells ? numberBins(chunks, cells, codes) : numberPeriods(chunks, cells, codes);
  return {
    codes,
    count: periods.length,
    counted: { sizes, firsts },
    compare: (a, b) => periods[a] - periods[b],
    periods,
  };
}

/** Returns row -> its period or bin; -1 for null, and for no bin. */
export function periodReader(chunks: readonly Data[], cells: Cells | Bins): (row: number) => number {
  const index = new ChunkIndex(chunks);
  const isOfBins = 'edges' in cells;
  const readers = chunks.map((chunk) => (isOfBins ? binReader(chunk, cells) : cellReader(chunk, cells)));
  return (row) => {
    const k = index.find(row);
    const at = row - index.starts[k];
    if (isNull(chunks[k], at)) return -1;
    const cell = readers[k](at);
    return !isOfBins && cells.periodOf ? cells.periodOf[cell] : cell;
  };
}

/** Returns how many keys there may be. */
export const keysIn = (cells: Cells | Bins): number =>
  'edges' in cells ? cells.edges.length - 1 : periodsIn(cells);

/** Returns the periods or bins of some rows as a column. */
export function periodsOfRows(chunks: readonly Data[], cells: Cells | Bins, rows: Int32Array): Data {
  const periodAt = periodReader(chunks, cells);
  const values = new Int32Array(allocateShared(rows.length * 4).buffer);
  const validity = allocateShared(bitmapBytes(rows.length));
  let nulls = 0;
  for (const [k, row] of rows.entries()) {
    const period = periodAt(row);
    values[k] = Math.max(period, 0);
    if (period < 0) nulls++;
    else validity[k >>> 3] |= 1 << (k & 7);
  }
  return dataOf(new Int32(), rows.length, nulls, { values, validity: nulls > 0 ? validity : undefined });
}

const numberPeriods = (chunks: readonly Data[], cells: Cells, codes: Int32Array): NumberedCells =>
  (isForKernel(codes.length, chunks.length) ? numberInKernel(chunks, cells, codes) : undefined) ??
  numberHere(chunks, cells, codes);

const numberInKernel = (chunks: readonly Data[], cells: Cells, codes: Int32Array) =>
  numberCells(chunks.map(wordChunk), widthOf(chunks), cells, codes);

const widthOf = (chunks: readonly Data[]): number =>
  chunks.length > 0 && chunks[0].type.ArrayType.BYTES_PER_ELEMENT === 4 ? 4 : 8;

const isNull = ({ nullCount, nullBitmap, offset }: Data, at: number): boolean =>
  nullCount > 0 && !getBit(nullBitmap as Uint8Array, offset + at);

function numberHere(chunks: readonly Data[], cells: Cells, codes: Int32Array): NumberedCells {
  const { count, periodOf } = cells;
  const codeOf = new Int32Array(periodsIn(cells)).fill(NO_KEY);
  const [periods, sizes, firsts]: number[][] = [[], [], []];
  let row = 0;
  for (const chunk of chunks) {
    const cellAt = cellReader(chunk, cells);
    for (let at = 0; at < chunk.length; at++, row++) {
      if (isNull(chunk, at)) {
        codes[row] = NO_KEY;
        continue;
      }
      const cell = cellAt(at);
      if (cell < 0 || cell >= count) throw new OutsideCells();
      const period = periodOf ? periodOf[cell] : cell;
      let code = codeOf[period];
      if (code === NO_KEY) {
        code = periods.push(period) - 1;
        codeOf[period] = code;
        sizes.push(0);
        firsts.push(row);
      }
      codes[row] = code;
      sizes[code]++;
    }
  }
  return {
    periods: Int32Array.from(periods),
    sizes: Int32Array.from(sizes),
    firsts: Int32Array.from(firsts),
  };
}

/** Returns row -> its cell. Distances that floats do not hold are bigints. */
function cellReader({ values, length }: Data, { origin, size, count }: Cells): (row: number) => number {
  if ((values as unknown) instanceof Int32Array) {
    const [from, step] = [Number(origin), Number(size)];
    return (row) => Math.floor((values[row] - from) / step);
  }
  if (size * BigInt(count) > Number.MAX_SAFE_INTEGER) {
    const long = values as unknown as BigInt64Array;
    return (row) => (long[row] < origin ? -1 : Number((long[row] - origin) / size));
  }
  const { buffer, byteOffset } = values as ArrayBufferView;
  const words = new Int32Array(buffer, byteOffset, length * 2);
  const [low, high] = [Number(BigInt.asUintN(32, origin)), Number(origin >> 32n)];
  const step = Number(size);
  return (row) => Math.floor(((words[2 * row + 1] - high) * WORD + ((words[2 * row] >>> 0) - low)) / step);
}

const WORD = 2 ** 32;
