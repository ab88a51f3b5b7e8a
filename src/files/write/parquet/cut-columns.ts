import { type Data, Schema } from 'apache-arrow';
import type { Batch } from '../../../arrow/index.js';
import { bytesOfRows } from '../row-bytes.js';

/** Columns are encoded together up to about this many bytes, so that all workers have something to do. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Divides the columns of a batch into runs that are encoded apart. */
export function cutColumns({ schema, columns, numRows }: Batch): Batch[] {
  const runs: number[][] = [];
  let room = 0;
  columns.forEach((data: Data, k) => {
    const bytes = bytesOfRows([data]);
    if (runs.length === 0 || bytes > room) {
      runs.push([]);
      room = PIECE_BYTES;
    }
    runs[runs.length - 1].push(k);
    room -= bytes;
  });
  return runs.map((run) => ({
    schema: new Schema(run.map((k) => schema.fields[k])),
    columns: run.map((k) => columns[k]),
    numRows,
  }));
}
