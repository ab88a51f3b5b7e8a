import { type Data, Field, Schema, type Table } from 'apache-arrow';
import type { ErrorCode } from '../errors.js';
import type { KnownColumns } from './adapter.js';
import { type Batch, tableOf } from './batch.js';
import { DANFO_DTYPE } from './danfo-dtype.js';
import { columnFromDanfo } from './danfo-to-arrow.js';
import { JS_KIND } from './js-kind.js';

/** Rows of cells as danfojs keeps them, with their columns' names and dtypes. */
export function batchFromCells(
  rows: readonly (readonly unknown[])[],
  names: readonly string[],
  dtypes: readonly string[],
  code: ErrorCode,
  known?: KnownColumns,
): Batch {
  const n = rows.length;
  const fields: Field[] = [];
  const columns: Data[] = [];
  for (let j = 0; j < names.length; j++) {
    const cells = new Array<unknown>(n);
    for (let i = 0; i < n; i++) cells[i] = rows[i][j];
    const same = known?.find(names[j], cells, dtypes[j]);
    if (same) {
      fields.push(same.field);
      columns.push(same.data);
      continue;
    }
    const { data, kind, dtype } = columnFromDanfo(cells, names[j], dtypes[j] ?? 'undefined', code);
    const metadata = new Map([[DANFO_DTYPE, dtype]]);
    if (kind) metadata.set(JS_KIND, kind);
    fields.push(new Field(names[j], data.type, true, metadata));
    columns.push(data);
  }
  return { schema: new Schema(fields), columns, numRows: n };
}

/** The same as a table. */
export function tableFromCells(
  rows: readonly (readonly unknown[])[],
  names: readonly string[],
  dtypes: readonly string[],
  code: ErrorCode,
): Table {
  const batch = batchFromCells(rows, names, dtypes, code);
  return tableOf(batch.schema, [batch]);
}
