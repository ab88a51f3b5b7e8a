import type { Data, Field } from 'apache-arrow';
import {
  concatData,
  createArena,
  hasOffsets,
  isPlainObject,
  namingColumn,
  sameType,
} from '../arrow/index.js';
import type { FrameResult, GroupView, ResultColumn } from '../frame/index.js';
import { LargeResults } from './large-results.js';
import type { RowWriter } from './row-writer.js';
import { SameShapeResults } from './same-shape-results.js';
import type { Results, Segment, SegmentColumn } from './segment.js';

/** A result of at least this many rows is written to its place in a segment at once. */
const LARGE_ROWS = 4096;

/**
 * The most bytes of strings and lists in a run. Runs end far below what 32-bit offsets can count. Else
 * joining could fail, and the error would blame the last group for earlier ones' rows.
 */
const RUN_BYTES = 64 * 2 ** 20;

/** A column of a result; with `slot` its rows are written to their places already. */
type PackedColumn = ResultColumn & { readonly slot?: number };

/** A result whose rows are kept, or written to their places. */
interface PackedResult {
  readonly numRows: number;
  readonly columns: readonly PackedColumn[];
}

/** Small results of consecutive groups with the same columns, which wait to be joined. */
interface Run {
  readonly first: number;
  readonly results: PackedResult[];
  bytes: number;
}

export interface PackerOptions {
  /** Writes columns straight to their places in the order of the rows; without it, all are joined. */
  readonly writer?: RowWriter;
  /** Only tests give another one. */
  readonly runBytes?: number;
}

/** Collects the results of a batch of groups and joins them into segments in shared memory. */
export class ResultPacker {
  #run: Run | undefined;
  /**
   * The small results of one shape that wait to be joined; it also recognises the next result of that shape.
   */
  #sameShape: SameShapeResults | undefined;
  /** The large results of consecutive groups, whose columns lie in one memory each. */
  #large: LargeResults | undefined;
  /**
   * Tells that tables of one shape were followed by another one. Tables are then joined in runs, which need
   * only agree in types: nulls in some groups would end a segment at each of them.
   */
  #tablesVary = false;
  #segments: Segment[] = [];
  #empty: Results['empty'];
  #undefineds = 0;
  readonly #allocate = createArena();
  readonly #runBytes: number;
  readonly #writer: RowWriter | undefined;

  constructor({ writer, runBytes = RUN_BYTES }: PackerOptions = {}) {
    this.#writer = writer;
    this.#runBytes = runBytes;
  }

  /**
   * Tries to take the value that a function returned for `group` by appending its numbers alone. Returns
   * false for a value of another shape than earlier ones, without rows, with {@link LARGE_ROWS} or more, or
   * not with the number of rows in `wanted`.
   */
  addSameShape(group: number, value: unknown, given: GroupView, wanted?: number): boolean {
    const sameShape = this.#sameShape;
    if (sameShape === undefined) return false;
    const rows = sameShape.rowsOf(value, given);
    if (rows <= 0 || rows >= LARGE_ROWS) return false;
    if (wanted !== undefined && rows !== wanted) return false;
    if (this.#run !== undefined || this.#large !== undefined || sameShape.next !== group) this.endRun();
    sameShape.add(group, rows);
    return true;
  }

  /**
   * Takes the result of `group`. With `value` and `given`, which it was read from, later values of the same
   * shape are recognised. Groups may come in any order; ascending order gives the longest runs.
   *
   * @param rowsAhead about how many rows this result and those after it have, up to the next {@link take}
   */
  add(group: number, result: FrameResult | null, value?: unknown, given?: GroupView, rowsAhead = 0): void {
    if (result === null || result.numRows === 0) {
      if (result !== null && result.columns.length > 0 && !(this.#empty && this.#empty.group < group)) {
        this.#empty = { group, fields: result.columns.map((column) => column.field) };
      }
      return;
    }
    if (result.numRows >= LARGE_ROWS) {
      if (this.#large?.tryToAdd(group, result)) return;
      this.endRun();
      if (this.#writer === undefined) this.#large = LargeResults.begin(group, result, rowsAhead);
      if (this.#large === undefined) this.#close(group, [this.#written(group, result)]);
      return;
    }
    if (this.#sameShape?.areTables) {
      this.endRun();
      this.#sameShape = undefined;
      this.#tablesVary = true;
    }
    const mayRepeat = !this.#tablesVary || isPlainObject(value);
    const sameShape = mayRepeat ? SameShapeResults.like(value, result, given, this.#writer) : undefined;
    if (sameShape !== undefined) {
      this.endRun();
      this.#sameShape = sameShape;
      sameShape.add(group, result.numRows);
      return;
    }
    const written = this.#written(group, result);
    const kept = { ...written, columns: written.columns.map(copyColumn) };
    const bytes = countedBytes(kept);
    const run = this.#run;
    if (
      run &&
      run.first + run.results.length === group &&
      run.bytes + bytes <= this.#runBytes &&
      sameColumns(run.results[0], kept)
    ) {
      run.results.push(kept);
      run.bytes += bytes;
      return;
    }
    this.endRun();
    this.#run = { first: group, results: [kept], bytes };
  }

  /** Counts a function that returned undefined. */
  addUndefined(): void {
    this.#undefineds++;
  }

  /** Returns everything since the last call. */
  take(): Results {
    this.endRun();
    const results = { segments: this.#segments, empty: this.#empty, undefineds: this.#undefineds };
    this.#segments = [];
    this.#undefineds = 0;
    this.#empty = undefined;
    return results;
  }

  /** Call before the first group of another table: ends the run and forgets the shape. */
  beginTable(): void {
    this.endRun();
    this.#sameShape = undefined;
  }

  /** Joins the waiting results into a segment; the next result begins another. */
  endRun(): void {
    if (this.#sameShape && !this.#sameShape.isEmpty) {
      this.#segments.push(this.#sameShape.take(this.#allocate));
    }
    if (this.#large) this.#segments.push(this.#large.take());
    this.#large = undefined;
    if (this.#run === undefined) return;
    const { first, results } = this.#run;
    this.#run = undefined;
    this.#close(first, results);
  }

  /** Writes the columns that have slots to the rows of their group. */
  #written(group: number, result: FrameResult): PackedResult {
    const writer = this.#writer;
    // Columns of one name would share a slot.
    if (writer === undefined || !haveOwnNames(result.columns)) return result;
    const columns = result.columns.map((column): PackedColumn => {
      const slot = column.input === undefined ? writer.slotOf(column.field) : undefined;
      if (slot === undefined) return column;
      writer.writeColumn(slot, group, column);
      return { field: column.field, chunks: [], slot };
    });
    return { ...result, columns };
  }

  #close(first: number, results: readonly PackedResult[]): void {
    const counts = Int32Array.from(results, (result) => result.numRows);
    this.#segments.push({
      first,
      counts,
      numRows: counts.reduce((sum, count) => sum + count, 0),
      columns: results[0].columns.map((column, k) => this.#join(column, k, results)),
    });
  }

  #join(
    { field: first, input, slot, chunks: firstChunks }: PackedColumn,
    k: number,
    results: readonly PackedResult[],
  ): SegmentColumn {
    const field = joinFields(first, k, results);
    if (input !== undefined) return { field, input };
    if (slot !== undefined) return { field, slot };
    const chunks: Data[] = results.length === 1 ? [...firstChunks] : [];
    if (results.length > 1) for (const result of results) chunks.push(...result.columns[k].chunks);
    const data = namingColumn(field.name, () => concatData(field.type, chunks, this.#allocate));
    return { field: data.type === field.type ? field : field.clone({ type: data.type }), data };
  }
}

const haveOwnNames = (columns: readonly ResultColumn[]): boolean =>
  new Set(columns.map(({ field }) => field.name)).size === columns.length;

/** Joins the fields of columns of one type: nullable if one of them is, with the metadata of all. */
function joinFields(first: Field, k: number, results: readonly PackedResult[]): Field {
  let { nullable, metadata } = first;
  for (const { columns } of results) {
    const { field } = columns[k];
    nullable ||= field.nullable;
    for (const [key, value] of field.metadata) {
      if (!metadata.has(key)) metadata = new Map([...metadata, [key, value]]);
    }
  }
  return nullable === first.nullable && metadata.size === first.metadata.size
    ? first
    : first.clone({ nullable, metadata });
}

const allocate = (byteLength: number) => new Uint8Array(byteLength);

/**
 * Copies a column that waits to be joined. The function still holds the array it returned, and may return it
 * again with other values for the next group.
 */
function copyColumn(column: PackedColumn): PackedColumn {
  const { field, input, slot, chunks, isOwn } = column;
  if (input !== undefined || slot !== undefined || isOwn) return column;
  return { ...column, chunks: [concatData(field.type, chunks, allocate)] };
}

/** Returns the bytes of columns with offsets: strings, lists, and what has them inside. */
function countedBytes({ columns }: PackedResult): number {
  let bytes = 0;
  for (const { chunks } of columns) {
    for (const chunk of chunks) if (hasOffsets(chunk)) bytes += chunk.byteLength;
  }
  return bytes;
}

/**
 * Tells whether two results have columns of the same names, order and types, and hand the same input columns
 * back.
 */
function sameColumns(a: PackedResult, b: PackedResult): boolean {
  if (a.columns.length !== b.columns.length) return false;
  for (let k = 0; k < a.columns.length; k++) {
    const x = a.columns[k];
    const y = b.columns[k];
    if (x.input !== y.input || x.slot !== y.slot || x.field.name !== y.field.name) return false;
    if (x.input === undefined && !sameType(x.field.type, y.field.type)) return false;
  }
  return true;
}
