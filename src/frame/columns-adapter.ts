import { Schema, type Table } from 'apache-arrow';
import { allocateShared, concatData, isPlainObject, tableOf } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import type { FrameAdapter } from './adapter.js';
import { columnsReader } from './columns-reader.js';
import { type FrameResult, isColumnLike, readResult } from './read-result.js';
import type { Columns } from './types.js';

/** Plain objects of name -> column: the form functions may receive, and return, without any library. */
export const columnsAdapter: FrameAdapter<Columns> = {
  kind: 'columns',
  matches: (value): value is Columns => {
    if (!isPlainObject(value)) return false;
    const columns = Object.values(value);
    return columns.length > 0 && columns.every(isColumnLike);
  },
  toArrow(frame) {
    const result = readFrame(frame);
    if (result === null) return tableOf(new Schema([]), []);
    const schema = new Schema(result.columns.map(({ field }) => field));
    const columns = result.columns.map(({ field, chunks }) => concatData(field.type, chunks, allocateShared));
    return tableOf(schema, [{ schema, columns, numRows: result.numRows }]);
  },
  fromArrow: (table) => {
    const batch = inOnePiece(table);
    return columnsReader(batch).read(0, batch.numRows);
  },
};

/** What is wrong with a result is said of a result; here it is what was to be grouped. */
function readFrame(frame: Columns): FrameResult | null {
  try {
    return readResult(frame);
  } catch (error) {
    if (!(error instanceof ApplyError && error.code === 'ERR_BAD_RESULT')) throw error;
    throw new ApplyError('ERR_NOT_A_FRAME', `the frame to be grouped: ${error.message}`);
  }
}

function inOnePiece(table: Table) {
  const { schema } = table;
  const columns = schema.fields.map(({ type }, k) => {
    const chunks = table.batches.map((batch) => batch.data.children[k]);
    return chunks.length === 1 ? chunks[0] : concatData(type, chunks, allocateShared);
  });
  return { schema, columns, numRows: table.numRows };
}
