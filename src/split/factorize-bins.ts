import { type Data, type Int, Type } from 'apache-arrow';
import { getBit } from '../arrow/index.js';
import type { NumberedCells } from '../kernel/index.js';
import { NO_KEY } from './key-codes.js';

/** Bins that numbers lie in: bin `k` is between edges k and k + 1. */
export interface Bins {
  /** In ascending order. */
  readonly edges: Float64Array;
  /** True if the right edge of a bin belongs to it, false for the left one. */
  readonly right: boolean;
  /** True if the first edge belongs to the first bin. */
  readonly includeLowest: boolean;
}

/** Rows that are read at a time: their floats stay in the cache. */
const BLOCK = 1_024;
/** The code of a bin that no row was in yet. */
const FRESH = -2;

/** Numbers the bins of a column and writes the code of each row; rows in no bin get {@link NO_KEY}. */
export function numberBins(chunks: readonly Data[], bins: Bins, codes: Int32Array): NumberedCells {
  const last = bins.edges.length;
  // Before the first edge and after the last one is no bin.
  const codeOf = new Int32Array(last + 1).fill(FRESH);
  codeOf[0] = NO_KEY;
  codeOf[last] = NO_KEY;
  const counts = new Int32Array(last + 1);
  const found = { codeOf, counts, periods: [] as number[], firsts: [] as number[] };
  const numbers = new Float64Array(BLOCK);
  const edgesPassed = new Int32Array(BLOCK);
  const grid = gridOf(bins.edges);
  let row = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += BLOCK) {
      const n = Math.min(BLOCK, chunk.length - from);
      readNumbers(chunk, from, n, numbers);
      if (grid) passByGrid(numbers, n, bins, grid, edgesPassed);
      else passBySearch(numbers, n, bins, edgesPassed);
      numberBlock(edgesPassed, n, found, codes, row);
      row += n;
    }
  }
  const { periods, firsts } = found;
  return {
    periods: Int32Array.from(periods),
    sizes: Int32Array.from(periods, (period) => counts[period + 1]),
    firsts: Int32Array.from(firsts),
  };
}

/** Returns row -> its bin; -1 for none. Nulls are not looked at. */
export function binReader(chunk: Data, bins: Bins): (row: number) => number {
  const number = new Float64Array(1);
  const passed = new Int32Array(1);
  return (row) => {
    readNumbers(chunk, row, 1, number);
    passBySearch(number, 1, bins, passed);
    return passed[0] === bins.edges.length ? -1 : passed[0] - 1;
  };
}

/** Tells whether floats hold all numbers of a column, so that they can be compared with edges. */
export function areExactFloats({
  type,
  chunks,
}: {
  readonly type: Data['type'];
  readonly chunks: readonly Data[];
}) {
  if (type.typeId !== Type.Int && type.typeId !== Type.Float) return false;
  if (type.ArrayType === Uint16Array && type.typeId === Type.Float) return false;
  if (type.ArrayType.BYTES_PER_ELEMENT < 8 || type.typeId === Type.Float) return true;
  const least = (type as Int).isSigned ? -MOST_HIGH : 0;
  return chunks.every((chunk) => {
    const words = wordsOf(chunk);
    for (let k = 1; k < words.length; k += 2) if (words[k] >= MOST_HIGH || words[k] < least) return false;
    return true;
  });
}

/** Integers of 64 bits are exact floats if their high words are below this. */
const MOST_HIGH = 1 << 21;
const WORD = 2 ** 32;

function wordsOf({ values, length }: Data): Int32Array {
  const { buffer, byteOffset } = values as ArrayBufferView;
  return new Int32Array(buffer, byteOffset, length * 2);
}

/** Writes `n` numbers from row `from` on to the start of `out`; NaN for null. */
function readNumbers(chunk: Data, from: number, n: number, out: Float64Array): void {
  const { values, nullCount, nullBitmap, offset } = chunk;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const words = wordsOf(chunk);
    for (let i = 0, at = 2 * from; i < n; i++, at += 2) out[i] = words[at + 1] * WORD + (words[at] >>> 0);
  } else out.set((values as unknown as Float64Array).subarray(from, from + n));
  if (nullCount === 0) return;
  for (let i = 0; i < n; i++) if (!getBit(nullBitmap as Uint8Array, offset + from + i)) out[i] = Number.NaN;
}

/** Cells of one width over the edges: from a number's cell its bin is a few edges away. */
interface Grid {
  readonly low: number;
  readonly scale: number;
  /** Cell -> how many edges come before it, about. */
  readonly passed: Int32Array;
}

/** The most edges that are passed one by one. */
const FEW_EDGES = 8;
const MOST_CELLS = 1 << 14;

/** Returns a grid; undefined where edges lie too close together for one, beside others. */
function gridOf(edges: Float64Array): Grid | undefined {
  const finite = edges.filter(Number.isFinite);
  if (finite.length < 2) return undefined;
  const low = finite[0];
  // Most cells have no edge inside, so that most guesses are right.
  let count = 1_024;
  while (count < edges.length * 16 && count < MOST_CELLS) count *= 2;
  const scale = count / (finite[finite.length - 1] - low);
  // The width may be too large or too small for floats.
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return undefined;
  const passed = new Int32Array(count);
  for (const edge of edges) {
    const cell = cellOf(edge, low, scale, count);
    if (++passed[cell] > FEW_EDGES) return undefined;
  }
  let before = 0;
  for (let cell = 0; cell < count; cell++) {
    const own = passed[cell];
    passed[cell] = before;
    before += own;
  }
  return { low, scale, passed };
}

function cellOf(value: number, low: number, scale: number, count: number): number {
  const cell = (value - low) * scale;
  if (cell >= count) return count - 1;
  return cell > 0 ? Math.trunc(cell) : 0;
}

/**
 * Finds how many edges each number has passed. The grid is a guess, which comparing with edges makes exact.
 */
function passByGrid(
  numbers: Float64Array,
  n: number,
  { edges, right, includeLowest }: Bins,
  { low, scale, passed }: Grid,
  out: Int32Array,
): void {
  const last = edges.length;
  const count = passed.length;
  const lowest = includeLowest ? edges[0] : Number.NaN;
  for (let i = 0; i < n; i++) {
    const value = numbers[i];
    const at = (value - low) * scale;
    let k = passed[at >= count ? count - 1 : at > 0 ? at | 0 : 0];
    if (right) {
      while (k < last && edges[k] < value) k++;
      while (k > 0 && !(edges[k - 1] < value)) k--;
    } else {
      while (k < last && edges[k] <= value) k++;
      while (k > 0 && !(edges[k - 1] <= value)) k--;
    }
    out[i] = value === lowest ? 1 : k;
  }
}

/** Does the same by halves. */
function passBySearch(
  numbers: Float64Array,
  n: number,
  { edges, right, includeLowest }: Bins,
  out: Int32Array,
): void {
  const last = edges.length;
  const lowest = includeLowest ? edges[0] : Number.NaN;
  for (let i = 0; i < n; i++) {
    const value = numbers[i];
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (right ? edges[middle] < value : edges[middle] <= value) low = middle + 1;
      else high = middle;
    }
    out[i] = value === lowest ? 1 : low;
  }
}

interface Found {
  /** How many edges are passed -> the code. */
  readonly codeOf: Int32Array;
  readonly counts: Int32Array;
  readonly periods: number[];
  readonly firsts: number[];
}

function numberBlock(
  passed: Int32Array,
  n: number,
  { codeOf, counts, periods, firsts }: Found,
  codes: Int32Array,
  row: number,
): void {
  for (let i = 0; i < n; i++) {
    const k = passed[i];
    let code = codeOf[k];
    if (code === FRESH) {
      code = periods.push(k - 1) - 1;
      codeOf[k] = code;
      firsts.push(row + i);
    }
    codes[row + i] = code;
    counts[k]++;
  }
}
