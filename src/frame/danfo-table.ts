import { type Data, Field, Schema, type Table } from 'apache-arrow';
import type { ErrorCode } from '../errors.js';
import { tableOf } from './batch.js';
import { DANFO_DTYPE } from './danfo-dtype.js';
import { columnFromDanfo } from './danfo-to-arrow.js';
import { JS_KIND } from './js-kind.js';

/** Rows of cells as danfojs keeps them, with their columns' names and dtypes. */
export function tableFromCells(
  rows: readonly (readonly unknown[])[],
  names: readonly string[],
  dtypes: readonly string[],
  code: ErrorCode,
): Table {
  const n = rows.length;
  const fields: Field[] = [];
  const columns: Data[] = [];
  for (let j = 0; j < names.length; j++) {
    const cells = new Array<unknown>(n);
    for (let i = 0; i < n; i++) cells[i] = rows[i][j];
    const { data, kind, dtype } = columnFromDanfo(cells, names[j], dtypes[j] ?? 'undefined', code);
    const metadata = new Map([[DANFO_DTYPE, dtype]]);
    if (kind) metadata.set(JS_KIND, kind);
    fields.push(new Field(names[j], data.type, true, metadata));
    columns.push(data);
  }
  const schema = new Schema(fields);
  return tableOf(schema, [{ schema, columns, numRows: n }]);
}
