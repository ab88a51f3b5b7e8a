import { type Data, type DataType, Dictionary, Int32, Vector } from 'apache-arrow';
import { allocateShared, dataOf, rowsIn, ValidityBuilder } from '../../arrow/index.js';
import { type Cells, type ChunkedColumn, factorizeCells } from '../../split/index.js';
import { floorDiv } from './calendar.js';
import type { CellSize, PeriodStarts } from './period-starts.js';
import { inSharedMemory } from './shared-validity.js';
import { type StartLimit, setStart, setTicks, startsBuffer } from './starts-buffer.js';
import { rangeOf, type TimeRange } from './time-range.js';
import { eachTime } from './time-values.js';

/** A way to count the times of a column. */
export interface TimeScale {
  /** The units of the column in a unit in which the periods count. */
  readonly divisor: number;
  readonly periods: PeriodStarts;
}

/** The most cells that have a table, unless the column has more rows than that. */
const MOST_CELLS = 1 << 16;
/** The same where the period of each cell has to be computed. */
const FEW_CELLS = 1 << 10;
const MOST_CELLS_OF_ALL = 1 << 22;

/**
 * Returns the period of each time in a column, as the start of the period. Where the times lie close together
 * they are found by cell, so that no start is computed twice.
 *
 * @param limit the earliest start that the column can hold
 * @param guess a range that probably has all times, which saves reading them first
 */
export function timeKeys(
  { type, chunks }: ChunkedColumn,
  scaleFor: (farthest: number) => TimeScale,
  limit: StartLimit,
  guess?: TimeRange,
): ChunkedColumn {
  const encoded = new Dictionary(type, new Int32());
  const plan = (range: TimeRange) => planKeys(chunks, range, scaleFor);
  const guessed = guess && plan(guess);
  if (guessed?.kind === 'periods') {
    const exact = () => columnOf(encoded, chunks, plan(rangeOf(type, chunks)), limit);
    return guessedColumn(columnOf(encoded, chunks, guessed, limit), exact);
  }
  return columnOf(encoded, chunks, plan(rangeOf(type, chunks)), limit);
}

/** How the keys of a column are found. */
type KeyPlan =
  | { readonly kind: 'periods'; readonly cells: Cells; readonly starts: Starts }
  | ({ readonly kind: 'starts' } & TimeScale);

function planKeys(
  chunks: readonly Data[],
  [least, greatest]: TimeRange,
  scaleFor: (farthest: number) => TimeScale,
): KeyPlan {
  const isEmpty = least > greatest;
  const { divisor, periods } = scaleFor(isEmpty ? 0 : Math.max(-least, greatest));
  if (isEmpty) {
    const starts = { divisor, of: () => 0 };
    return { kind: 'periods', cells: { origin: 0n, size: 1n, count: 0 }, starts };
  }
  // One more on both sides: the floats may have been rounded.
  const [first, last] = [floorDiv(least, divisor) - 1, floorDiv(greatest, divisor) + 1];
  const found = periods.cellsIn(first, last);
  const grid = found && gridOf(found, first, last, rowsIn(chunks), periods);
  if (grid === undefined) return { kind: 'starts', divisor, periods };
  const { origin, size, count, periodOf, startOf } = grid;
  const unit = BigInt(divisor);
  const cells: Cells = { origin: BigInt(origin) * unit, size: BigInt(size) * unit, count, periodOf };
  // Distances must fit into 64 bits.
  if (cells.size * BigInt(count) >= 2n ** 63n) return { kind: 'starts', divisor, periods };
  return { kind: 'periods', cells, starts: { divisor, of: startOf } };
}

function columnOf(
  encoded: Dictionary,
  chunks: readonly Data[],
  plan: KeyPlan,
  limit: StartLimit,
): ChunkedColumn {
  return plan.kind === 'periods'
    ? periodColumn(encoded, chunks, plan, limit)
    : plainStarts(encoded.dictionary, chunks, plan, limit);
}

/** Returns a column that becomes that of `exact` if a time lies in no cell, or if rows are asked for. */
function guessedColumn(guess: ChunkedColumn, exact: () => ChunkedColumn): ChunkedColumn {
  let current = guess;
  const settle = () => {
    if (current === guess) current = encodedColumn(guess.type as Dictionary, exact());
  };
  return {
    type: guess.type,
    isEncoded: true,
    settle,
    get periodKeys() {
      return current.periodKeys;
    },
    get chunks() {
      settle();
      return current.chunks;
    },
  };
}

/** Returns a column as a dictionary of its rows, if it is none yet. */
function encodedColumn(type: Dictionary, column: ChunkedColumn): ChunkedColumn {
  if (column.isEncoded) return column;
  const chunks = column.chunks.map((chunk) => {
    const { length, nullCount, nullBitmap } = chunk;
    const values = new Int32Array(allocateShared(length * 4).buffer);
    for (let row = 0; row < length; row++) values[row] = row;
    const validity = nullCount > 0 ? nullBitmap : undefined;
    return dataOf(type, length, nullCount, { values, validity }, { dictionary: new Vector([chunk]) });
  });
  return { type, chunks, isEncoded: true };
}

/** Returns the cells from time `first` to `last`, and their periods; undefined if they are too many. */
function gridOf(
  { size, phase, arePeriods }: CellSize,
  first: number,
  last: number,
  length: number,
  periods: PeriodStarts,
) {
  const base = floorDiv(first - phase, size);
  const count = floorDiv(last - phase, size) - base + 1;
  const origin = base * size + phase;
  if (count > Math.max(arePeriods ? MOST_CELLS : FEW_CELLS, Math.min(length, MOST_CELLS_OF_ALL))) {
    return undefined;
  }
  const grid = { origin, size, count };
  if (arePeriods) {
    return { ...grid, periodOf: undefined, startOf: (period: number) => origin + period * size };
  }
  const found = periodsOfCells(periods, size, origin, count);
  return found && { ...grid, periodOf: found.periodOf, startOf: (period: number) => found.starts[period] };
}

/** The starts of periods, in ascending order, in units of `divisor`. */
interface Starts {
  readonly divisor: number;
  of(period: number): number;
}

/** Returns the periods of cells; undefined if some of them do not begin in order. */
function periodsOfCells(
  periods: PeriodStarts,
  size: number,
  origin: number,
  count: number,
): { readonly periodOf: Int32Array; readonly starts: readonly number[] } | undefined {
  const periodOf = new Int32Array(allocateShared(count * 4).buffer);
  const starts: number[] = [];
  for (let cell = 0; cell < count; cell++) {
    const start = periods.startOf(origin + cell * size);
    const last = starts.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (start < last) return undefined;
    if (start > last) starts.push(start);
    periodOf[cell] = starts.length - 1;
  }
  return { periodOf, starts };
}

/** Returns a column whose keys are found by cells; the dictionary of its rows is made if somebody asks. */
function periodColumn(
  encoded: Dictionary,
  given: readonly Data[],
  { cells, starts }: { readonly cells: Cells; readonly starts: Starts },
  limit: StartLimit,
): ChunkedColumn {
  const type = encoded.dictionary;
  const keysOf = (periods: Int32Array): Data => {
    const values = startsBuffer(type, periods.length);
    for (let k = 0; k < periods.length; k++) {
      setStart(values, k, starts.of(periods[k]), starts.divisor, limit);
    }
    return dataOf(type, periods.length, 0, { values });
  };
  let chunks: Data[] | undefined;
  return {
    type: encoded,
    isEncoded: true,
    periodKeys: { column: { type: new Int32(), chunks: given, cells }, keysOf },
    get chunks() {
      chunks ??= [encodedRows(encoded, given, cells, keysOf)];
      return chunks;
    },
  };
}

function encodedRows(
  type: Dictionary,
  chunks: readonly Data[],
  cells: Cells,
  keysOf: (periods: Int32Array) => Data,
): Data {
  const length = rowsIn(chunks);
  const values = new Int32Array(allocateShared(length * 4).buffer);
  const { periods } = factorizeCells(chunks, cells, values);
  const validity = new ValidityBuilder(length);
  for (let row = 0; row < length; row++) {
    if (values[row] >= 0) continue;
    values[row] = 0;
    validity.setNull(row);
  }
  const buffers = { values, validity: inSharedMemory(validity) };
  return dataOf(type, length, validity.nulls, buffers, { dictionary: new Vector([keysOf(periods)]) });
}

function plainStarts(
  type: DataType,
  chunks: readonly Data[],
  { divisor, periods }: TimeScale,
  limit: StartLimit,
): ChunkedColumn {
  const length = rowsIn(chunks);
  const values = startsBuffer(type, length);
  const validity = new ValidityBuilder(length);
  eachTime(chunks, divisor, (times, row, count) => {
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(times[i])) validity.setNull(row + i);
      else setStart(values, row + i, periods.startOf(times[i]), divisor, limit);
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
  limit: StartLimit,
): ChunkedColumn {
  const made = chunks.map((chunk) => {
    const source = chunk.values as unknown as BigInt64Array;
    const values = startsBuffer(type, chunk.length) as BigInt64Array;
    for (let i = 0; i < chunk.length; i++) {
      const rest = (source[i] - origin) % length;
      if (chunk.getValid(i)) setTicks(values, i, source[i] - (rest < 0n ? rest + length : rest), limit);
    }
    const validity = new ValidityBuilder(chunk.length);
    for (let i = 0; i < chunk.length; i++) if (!chunk.getValid(i)) validity.setNull(i);
    return dataOf(type, chunk.length, validity.nulls, { values, validity: inSharedMemory(validity) });
  });
  return { type, chunks: made };
}
