import type { Data, Field } from 'apache-arrow';
import { concatData, createArena, hasOffsets, sameType } from '../arrow/index.js';
import type { FrameResult, GroupView, ResultColumn } from '../frame/index.js';
import { SameShapeResults } from './same-shape-results.js';
import type { Results, Segment, SegmentColumn } from './segment.js';

/** Results of at least this many rows go to shared memory at once, as a segment of their own. */
const LARGE_ROWS = 4096;

/**
 * Results are joined up to this many bytes. Their offsets count far more, so joining never fails: it would name the group that came
 * last for what those before it returned.
 */
const RUN_BYTES = 64 * 2 ** 20;

/** A run of small results with the same columns. */
interface Run {
  readonly first: number;
  readonly results: FrameResult[];
  bytes: number;
}

/** Collects the results of a batch of groups and joins them into segments in shared memory. */
export class ResultPacker {
  #run: Run | undefined;
  /** What small results have looked like, and those of them that wait to be joined. */
  #alike: SameShapeResults | undefined;
  #segments: Segment[] = [];
  #empty: Results['empty'];
  readonly #allocate = createArena();
  readonly #runBytes: number;

  constructor(runBytes = RUN_BYTES) {
    this.#runBytes = runBytes;
  }

  /** Takes what a function returned for `group` if it looks like what it returned before, and then need not be read. */
  addSameShape(group: number, value: unknown, given: GroupView): boolean {
    const alike = this.#alike;
    if (alike === undefined) return false;
    const rows = alike.rowsOf(value, given);
    if (rows <= 0 || rows >= LARGE_ROWS) return false;
    if (this.#run !== undefined || alike.next !== group) this.endRun();
    alike.add(group, rows);
    return true;
  }

  /**
   * Takes the result of `group`; with the value it was read from, more like it are known when they come. Groups come in ascending order
   * for the longest runs, but in any order.
   */
  add(group: number, result: FrameResult | null, value?: unknown, given?: GroupView): void {
    if (result === null || result.numRows === 0) {
      if (result !== null && result.columns.length > 0 && !(this.#empty && this.#empty.group < group)) {
        this.#empty = { group, fields: result.columns.map((column) => column.field) };
      }
      return;
    }
    if (result.numRows >= LARGE_ROWS) {
      this.endRun();
      this.#close(group, [result]);
      return;
    }
    const alike = SameShapeResults.like(value, result, given);
    if (alike !== undefined) {
      this.endRun();
      this.#alike = alike;
      alike.add(group, result.numRows);
      return;
    }
    const kept = { ...result, columns: result.columns.map(keepColumn) };
    const bytes = countedBytes(kept);
    const run = this.#run;
    if (
      run &&
      run.first + run.results.length === group &&
      run.bytes + bytes <= this.#runBytes &&
      sameColumns(run.results[0], result)
    ) {
      run.results.push(kept);
      run.bytes += bytes;
      return;
    }
    this.endRun();
    this.#run = { first: group, results: [kept], bytes };
  }

  /** Everything since the last call. */
  take(): Results {
    this.endRun();
    const results = { segments: this.#segments, empty: this.#empty };
    this.#segments = [];
    this.#empty = undefined;
    return results;
  }

  /** What comes next are results of other tables: their rows do not lie beside these, and their columns are others. */
  nextBatch(): void {
    this.endRun();
    this.#alike = undefined;
  }

  /** The next result begins a segment of its own. */
  endRun(): void {
    if (this.#alike && !this.#alike.isEmpty) this.#segments.push(this.#alike.take(this.#allocate));
    if (this.#run === undefined) return;
    const { first, results } = this.#run;
    this.#run = undefined;
    this.#close(first, results);
  }

  #close(first: number, results: readonly FrameResult[]): void {
    const counts = Int32Array.from(results, (result) => result.numRows);
    this.#segments.push({
      first,
      counts,
      numRows: counts.reduce((sum, count) => sum + count, 0),
      columns: results[0].columns.map((column, k) => this.#join(column, k, results)),
    });
  }

  #join(
    { field: first, input, chunks: firstChunks }: ResultColumn,
    k: number,
    results: readonly FrameResult[],
  ): SegmentColumn {
    const field = joinFields(first, k, results);
    if (input !== undefined) return { field, input };
    const chunks: Data[] = results.length === 1 ? [...firstChunks] : [];
    if (results.length > 1) for (const result of results) chunks.push(...result.columns[k].chunks);
    const data = concatData(field.type, chunks, this.#allocate);
    return { field: data.type === field.type ? field : field.clone({ type: data.type }), data };
  }
}

/** Of columns of one type: nullable where one is, with all metadata there is. */
function joinFields(first: Field, k: number, results: readonly FrameResult[]): Field {
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
 * Copies a column that is to wait for its neighbours. The function still holds the array it returned, and may return it again with
 * other values for the next group.
 */
function keepColumn(column: ResultColumn): ResultColumn {
  const { field, input, chunks, isOwn } = column;
  if (input !== undefined || isOwn) return column;
  return { ...column, chunks: [concatData(field.type, chunks, allocate)] };
}

/** The bytes of what is counted by offsets: strings, lists and what is in them. */
function countedBytes({ columns }: FrameResult): number {
  let bytes = 0;
  for (const { chunks } of columns) {
    for (const chunk of chunks) if (hasOffsets(chunk)) bytes += chunk.byteLength;
  }
  return bytes;
}

/** Do two results have the same columns: names, order, types, and the same ones handed back? */
function sameColumns(a: FrameResult, b: FrameResult): boolean {
  if (a.columns.length !== b.columns.length) return false;
  for (let k = 0; k < a.columns.length; k++) {
    const x = a.columns[k];
    const y = b.columns[k];
    if (x.input !== y.input || x.field.name !== y.field.name) return false;
    if (x.input === undefined && !sameType(x.field.type, y.field.type)) return false;
  }
  return true;
}
