import {
  allocateShared,
  asBytes,
  dataOf,
  layoutOf,
  rowBytes,
  sameType,
  typedValues,
} from '../arrow/index.js';
import type { FrameResult, ResultColumn } from '../frame/index.js';
import type { Segment, SegmentColumn } from './segment.js';

/** A segment has room for no more rows than a joined batch of the result. */
const MOST_ROWS = 131_072;

/** A column of new numbers, or an input column handed back, which takes no memory. */
interface GrowingColumn {
  readonly column: ResultColumn;
  readonly width: number;
  readonly memory: Uint8Array | undefined;
}

/**
 * Large results of consecutive groups: their new columns are written one after the other into memory that has
 * room for several, so that nobody copies them again. They are numbers and the like, without nulls.
 */
export class LargeResults {
  readonly #first: number;
  readonly #columns: readonly GrowingColumn[];
  readonly #room: number;
  readonly #counts: number[] = [];
  #numRows = 0;

  private constructor(first: number, columns: readonly GrowingColumn[], room: number) {
    this.#first = first;
    this.#columns = columns;
    this.#room = room;
  }

  /** Begins with a result; undefined for columns of other kinds. */
  static begin(group: number, result: FrameResult, rowsAhead: number): LargeResults | undefined {
    if (!result.columns.every(canGrow)) return undefined;
    const room = Math.max(result.numRows, Math.min(MOST_ROWS, Math.ceil(rowsAhead)) || 0);
    const columns: GrowingColumn[] = [];
    for (const column of result.columns) columns.push(growing(column, room));
    const made = new LargeResults(group, columns, room);
    made.#append(result);
    return made;
  }

  /** Takes the result of the next group if there is room and its columns are the same. */
  tryToAdd(group: number, result: FrameResult): boolean {
    const fits =
      group === this.#first + this.#counts.length &&
      this.#numRows + result.numRows <= this.#room &&
      this.#hasColumns(result.columns);
    if (fits) this.#append(result);
    return fits;
  }

  #hasColumns(columns: readonly ResultColumn[]): boolean {
    if (columns.length !== this.#columns.length) return false;
    for (let k = 0; k < columns.length; k++) if (!isAlike(columns[k], this.#columns[k].column)) return false;
    return true;
  }

  #append({ columns, numRows }: FrameResult): void {
    for (let k = 0; k < columns.length; k++) {
      const { width, memory } = this.#columns[k];
      const bytes = memory && asBytes(columns[k].chunks[0].values).subarray(0, numRows * width);
      if (bytes) memory.set(bytes, this.#numRows * width);
    }
    this.#counts.push(numRows);
    this.#numRows += numRows;
  }

  take(): Segment {
    const numRows = this.#numRows;
    const columns: SegmentColumn[] = [];
    for (const column of this.#columns) columns.push(grown(column, numRows));
    return { first: this.#first, counts: Int32Array.from(this.#counts), numRows, columns };
  }
}

/* Functions and loops instead of closures, whose compiled code V8 drops between calls. */

function growing(column: ResultColumn, room: number): GrowingColumn {
  if (column.input !== undefined) return { column, width: 0, memory: undefined };
  const width = rowBytes(column.chunks[0]);
  return { column, width, memory: allocateShared(room * width, true) };
}

function grown({ column: { field, input }, width, memory }: GrowingColumn, numRows: number): SegmentColumn {
  if (input !== undefined) return { field, input };
  const values = typedValues(field.type, (memory as Uint8Array).subarray(0, numRows * width));
  return { field, data: dataOf(field.type, numRows, 0, { values }) };
}

function canGrow({ input, chunks, field }: ResultColumn): boolean {
  if (input !== undefined) return true;
  return chunks.length === 1 && layoutOf(field.type) === 'fixed' && chunks[0].nullCount === 0;
}

function isAlike(a: ResultColumn, b: ResultColumn): boolean {
  if (a.input !== b.input || a.field.name !== b.field.name || a.field.nullable !== b.field.nullable)
    return false;
  if (a.input !== undefined) return a.field === b.field;
  return (
    canGrow(a) &&
    a.field.metadata.size === 0 &&
    b.field.metadata.size === 0 &&
    sameType(a.field.type, b.field.type)
  );
}
