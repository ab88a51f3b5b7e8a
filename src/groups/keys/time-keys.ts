import { type Data, type DataType, Dictionary, Int32, Vector } from 'apache-arrow';
import { allocateShared, dataOf, ValidityBuilder } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import type { ChunkedColumn } from '../../split/index.js';
import { floorDiv } from './calendar.js';
import type { Cells, PeriodStarts } from './period-starts.js';
import { inSharedMemory } from './shared-validity.js';
import { readTimes, timeUnitOf, WORD, wordsOf } from './time-values.js';

/** A way to count the times of a column. */
export interface TimeScale {
  /** The units of the column in a unit in which the periods count. */
  readonly divisor: number;
  readonly periods: PeriodStarts;
}

/** Rows that are read at a time: their floats stay in the cache. */
const BLOCK = 4_096;
/** The most cells that have a table, unless the column has more rows than that. */
const MOST_CELLS = 1 << 16;
const MOST_CELLS_OF_ALL = 1 << 22;

/**
 * Returns the period of each time in a column, as the start of the period. Where the times lie close together
 * that is a dictionary, whose indices are found in a table by cell: no start is computed twice.
 */
export function timeKeys({ type, chunks }: ChunkedColumn, scaleFor: (farthest: number) => TimeScale) {
  const [least, greatest] = rangeOf(type, chunks);
  const { divisor, periods } = scaleFor(least > greatest ? 0 : Math.max(-least, greatest));
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  // One more on both sides: the floats may have been rounded.
  const [first, last] = [floorDiv(least, divisor) - 1, floorDiv(greatest, divisor) + 1];
  const cells = least > greatest ? { size: 1, phase: 0 } : periods.cellsIn(first, last);
  if (cells) {
    const base = floorDiv(first - cells.phase, cells.size);
    const count = least > greatest ? 0 : floorDiv(last - cells.phase, cells.size) - base + 1;
    if (count <= Math.max(MOST_CELLS, Math.min(length, MOST_CELLS_OF_ALL))) {
      const codes = new CellCodes(periods, cells, base, count);
      return dictionaryOfStarts(type, chunks, length, divisor, codes);
    }
  }
  return plainStarts(type, chunks, length, divisor, periods);
}

/**
 * Returns a time before all others and one after them; the second is the lesser if all are null. Of 64-bit
 * times it reads the high words alone where a low word is a short time.
 */
function rangeOf(type: DataType, chunks: readonly Data[]): [least: number, greatest: number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  const isFine = (timeUnitOf(type)?.perSecond ?? 1) > 1;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    if (isFine && chunk.nullCount === 0) {
      const [low, high] = rangeOfHighWords(wordsOf(chunk));
      least = Math.min(least, low * WORD);
      greatest = Math.max(greatest, high * WORD + WORD - 1);
      continue;
    }
    eachBlock([chunk], 1, (times, _row, count) => {
      for (let i = 0; i < count; i++) {
        const time = times[i];
        if (time < least) least = time;
        if (time > greatest) greatest = time;
      }
    });
  }
  return [least, greatest];
}

function rangeOfHighWords(words: Int32Array): [least: number, greatest: number] {
  let least = words[1];
  let greatest = least;
  for (let i = 3; i < words.length; i += 2) {
    const word = words[i];
    if (word < least) least = word;
    if (word > greatest) greatest = word;
  }
  return [least, greatest];
}

function eachBlock(
  chunks: readonly Data[],
  divisor: number,
  visit: (times: Float64Array, row: number, count: number) => void,
): void {
  const times = new Float64Array(BLOCK);
  let row = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += BLOCK) {
      const to = Math.min(from + BLOCK, chunk.length);
      readTimes(chunk, from, to, divisor, times);
      visit(times, row + from, to - from);
    }
    row += chunk.length;
  }
}

/** Numbers the periods in the order in which their cells are first met. */
class CellCodes {
  readonly starts: number[] = [];
  readonly table: Int32Array;
  readonly origin: number;
  readonly size: number;
  readonly #periods: PeriodStarts;
  readonly #codeOf = new Map<number, number>();

  constructor(periods: PeriodStarts, { size, phase }: Cells, base: number, count: number) {
    this.#periods = periods;
    this.size = size;
    this.origin = base * size + phase;
    this.table = new Int32Array(count).fill(-1);
  }

  add(cell: number): number {
    const start = this.#periods.startOf(this.origin + cell * this.size);
    let code = this.#codeOf.get(start);
    if (code === undefined) {
      code = this.starts.push(start) - 1;
      this.#codeOf.set(start, code);
    }
    this.table[cell] = code;
    return code;
  }
}

function dictionaryOfStarts(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  divisor: number,
  codes: CellCodes,
): ChunkedColumn {
  const indices = new Int32Array(allocateShared(length * 4).buffer);
  const validity = new ValidityBuilder(length);
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.nullCount === 0 && divisor === 1 && !((chunk.values as unknown) instanceof Int32Array)) {
      lookUpWords(wordsOf(chunk), codes, indices.subarray(row, row + chunk.length));
    } else {
      const from = row;
      eachBlock([chunk], divisor, (times, at, count) =>
        lookUpTimes(times, from + at, count, codes, indices, validity),
      );
    }
    row += chunk.length;
  }
  const { starts } = codes;
  const values = startsBuffer(type, starts.length);
  for (let code = 0; code < starts.length; code++) setStart(values, code, starts[code], divisor);
  const dictionary = new Vector([dataOf(type, starts.length, 0, { values })]);
  const encoded = new Dictionary(type, new Int32());
  const buffers = { values: indices, validity: inSharedMemory(validity) };
  const data = dataOf(encoded, length, validity.nulls, buffers, { dictionary });
  return { type: encoded, chunks: [data], isEncoded: true };
}

/** Writes the code of each 64-bit time, none of which is null. */
function lookUpWords(words: Int32Array, codes: CellCodes, out: Int32Array): void {
  const { table, origin, size } = codes;
  for (let row = 0; row < out.length; row++) {
    row = lookUpKnown(words, row, table, origin, size, out);
    if (row < out.length) out[row] = codes.add(cellOf(readWord(words, row), origin, size));
  }
}

/**
 * Writes codes up to the first row whose cell has none, and returns that row. The loop has nothing but typed
 * arrays on its way.
 */
function lookUpKnown(
  words: Int32Array,
  from: number,
  table: Int32Array,
  origin: number,
  size: number,
  out: Int32Array,
): number {
  for (let row = from; row < out.length; row++) {
    const code = table[cellOf(readWord(words, row), origin, size)];
    if (code < 0) return row;
    out[row] = code;
  }
  return out.length;
}

const readWord = (words: Int32Array, row: number): number =>
  words[2 * row + 1] * WORD + (words[2 * row] >>> 0);

/** Times are not before the origin, and their distance to it is exact, so that truncating rounds down. */
const cellOf = (time: number, origin: number, size: number): number => ((time - origin) / size) | 0;

function lookUpTimes(
  times: Float64Array,
  row: number,
  count: number,
  codes: CellCodes,
  indices: Int32Array,
  validity: ValidityBuilder,
): void {
  const { table, origin, size } = codes;
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(times[i])) {
      validity.setNull(row + i);
      continue;
    }
    const cell = cellOf(times[i], origin, size);
    const code = table[cell];
    indices[row + i] = code < 0 ? codes.add(cell) : code;
  }
}

function plainStarts(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  divisor: number,
  periods: PeriodStarts,
): ChunkedColumn {
  const values = startsBuffer(type, length);
  const validity = new ValidityBuilder(length);
  eachBlock(chunks, divisor, (times, row, count) => {
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(times[i])) validity.setNull(row + i);
      else setStart(values, row + i, periods.startOf(times[i]), divisor);
    }
  });
  const buffers = { values, validity: inSharedMemory(validity) };
  return { type, chunks: [dataOf(type, length, validity.nulls, buffers)] };
}

/** Rounds times down to multiples of `length` from `origin`, for times beyond the exact range of floats. */
export function distantStarts(
  { type, chunks }: ChunkedColumn,
  length: bigint,
  origin: bigint,
): ChunkedColumn {
  const made = chunks.map((chunk) => {
    const source = chunk.values as unknown as BigInt64Array;
    const values = startsBuffer(type, chunk.length) as BigInt64Array;
    for (let i = 0; i < chunk.length; i++) {
      const rest = (source[i] - origin) % length;
      if (chunk.getValid(i)) setTicks(values, i, source[i] - (rest < 0n ? rest + length : rest));
    }
    const validity = new ValidityBuilder(chunk.length);
    for (let i = 0; i < chunk.length; i++) if (!chunk.getValid(i)) validity.setNull(i);
    return dataOf(type, chunk.length, validity.nulls, { values, validity: inSharedMemory(validity) });
  });
  return { type, chunks: made };
}

function startsBuffer(type: DataType, length: number): Int32Array | BigInt64Array {
  const is32Bit = type.ArrayType.BYTES_PER_ELEMENT === 4;
  const { buffer } = allocateShared(length * (is32Bit ? 4 : 8));
  return is32Bit ? new Int32Array(buffer) : new BigInt64Array(buffer);
}

function setStart(values: Int32Array | BigInt64Array, at: number, start: number, divisor: number): void {
  if (values instanceof Int32Array) {
    values[at] = start;
    if (values[at] !== start) throw tooEarly();
  } else setTicks(values, at, BigInt(start) * BigInt(divisor));
}

function setTicks(values: BigInt64Array, at: number, ticks: bigint): void {
  values[at] = ticks;
  if (values[at] !== ticks) throw tooEarly();
}

/** A period may begin before the least value of 64 bits. */
const tooEarly = (): ApplyError =>
  new ApplyError(
    'ERR_INVALID_OPTION',
    "every: a period begins before the earliest time that the column's type can hold; leave these rows out",
  );
