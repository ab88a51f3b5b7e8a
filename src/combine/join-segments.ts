import { type Data, Type } from 'apache-arrow';
import { concatData, createArena, hasOffsets, sameType } from '../arrow/index.js';
import type { Segment, SegmentColumn } from './segment.js';

/** A joined segment is complete with this many rows; larger ones are not copied. */
const ENOUGH_ROWS = 16_384;

/**
 * Joins segments that follow each other and have the same columns, so that the cost of combining a table of
 * thousands of columns does not grow with its segments.
 *
 * @param follows tells whether the input rows of the second segment come right after those of the first
 */
export function joinSegments(
  segments: readonly Segment[],
  follows: (a: Segment, b: Segment) => boolean,
): readonly Segment[] {
  const out: Segment[] = [];
  let run: Segment[] = [];
  let rows = 0;
  const flush = (): void => {
    if (run.length > 0) out.push(run.length === 1 ? run[0] : join(run, rows));
    run = [];
    rows = 0;
  };
  for (const segment of segments) {
    const last = run.at(-1);
    const fits = last && rows + segment.numRows <= ENOUGH_ROWS && follows(last, segment);
    if (!fits || !haveSameColumns(last, segment)) flush();
    run.push(segment);
    rows += segment.numRows;
  }
  flush();
  return out;
}

function haveSameColumns(a: Segment, b: Segment): boolean {
  if (a.columns.length !== b.columns.length) return false;
  for (let k = 0; k < a.columns.length; k++) if (!isAlike(a.columns[k], b.columns[k])) return false;
  return true;
}

/**
 * Tells whether two columns are the same column of the input, or new values of one type. Strings, lists and
 * dictionaries are joined elsewhere, where their sizes and values are known.
 */
function isAlike(a: SegmentColumn, b: SegmentColumn): boolean {
  if (a.input !== undefined || b.input !== undefined) return a.input === b.input && a.field === b.field;
  if (a.data === undefined || b.data === undefined) return false;
  const { type, name, nullable, metadata } = a.field;
  return (
    name === b.field.name &&
    nullable === b.field.nullable &&
    metadata.size === 0 &&
    b.field.metadata.size === 0 &&
    type.typeId !== Type.Dictionary &&
    a.data.children.length === 0 &&
    !hasOffsets(a.data) &&
    sameType(type, b.field.type)
  );
}

function join(segments: readonly Segment[], numRows: number): Segment {
  const [{ first, columns }] = segments;
  const allocate = createArena();
  const counts = new Int32Array(segments.reduce((sum, segment) => sum + segment.counts.length, 0));
  let at = 0;
  for (const segment of segments) {
    counts.set(segment.counts, at);
    at += segment.counts.length;
  }
  return {
    first,
    counts,
    numRows,
    columns: columns.map((column, k): SegmentColumn => {
      if (column.data === undefined) return column;
      return { field: column.field, data: concatData(column.field.type, chunksAt(segments, k), allocate) };
    }),
  };
}

/** Returns the data of column `k` of all segments. A loop: V8 drops the code of closures between calls. */
function chunksAt(segments: readonly Segment[], k: number): Data[] {
  const chunks: Data[] = [];
  for (const { columns } of segments) {
    const { data } = columns[k];
    if (data) chunks.push(data);
  }
  return chunks;
}
