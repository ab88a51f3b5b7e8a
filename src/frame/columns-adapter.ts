import { Schema, type Table } from 'apache-arrow';
import { allocateShared, concatData, isPlainObject, sideBySide, tableOf } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import type { FrameAdapter } from './adapter.js';
import { columnsReader } from './columns-reader.js';
import type { FrameResult } from './frame-result.js';
import { isColumnLike, readObject } from './read-columns.js';
import type { Columns } from './types.js';

/** The adapter of plain objects of columns, which need no frame library. */
export const columnsAdapter: FrameAdapter<Columns> = {
  kind: 'columns',
  matches: (value): value is Columns => {
    if (!isPlainObject(value)) return false;
    const columns = Object.values(value);
    return columns.length > 0 && columns.every(isColumnLike);
  },
  toArrow(frame) {
    const result = readFrame(frame);
    const schema = new Schema(result.columns.map(({ field }) => field));
    const columns = result.columns.map(({ field, chunks }) => concatData(field.type, chunks, allocateShared));
    return tableOf(schema, [{ schema, columns, numRows: result.numRows }]);
  },
  fromArrow: (table) => {
    const batch = inOnePiece(table);
    return columnsReader(batch).read(0, batch.numRows);
  },
};

/** Reads the columns as those of a result; an error says that they are the frame to be grouped instead. */
function readFrame(frame: Columns): FrameResult {
  try {
    return readObject(frame);
  } catch (error) {
    if (!(error instanceof ApplyError && error.code === 'ERR_BAD_RESULT')) throw error;
    throw new ApplyError('ERR_NOT_A_FRAME', `the frame to be grouped: ${error.message}`);
  }
}

/** How many times as large as a column the memory may be that it keeps. */
const MOST_KEPT = 2;

/** Returns the table as one batch; a column of several chunks is copied unless they lie side by side. */
function inOnePiece(table: Table) {
  const { schema } = table;
  const columns = schema.fields.map(({ type }, k) => {
    const chunks = table.batches.map((batch) => batch.data.children[k]);
    if (chunks.length === 1) return chunks[0];
    return (chunks.length > 0 && sideBySide(chunks, MOST_KEPT)) || concatData(type, chunks, allocateShared);
  });
  return { schema, columns, numRows: table.numRows };
}
