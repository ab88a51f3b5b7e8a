import { type Data, Field, Schema, type Table } from 'apache-arrow';
import { type Batch, JS_KIND, tableOf } from '../../arrow/index.js';
import type { ErrorCode } from '../../errors.js';
import type { KnownColumns } from '../adapter.js';
import { LazyCells } from '../lazy-cells.js';
import { columnFromDanfo } from './column-to-arrow.js';
import { DANFO_DTYPE } from './dtype.js';
import type { Rows } from './private-fields.js';

/** The columns of a DataFrame: their names, danfojs' dtypes, and their cells. */
export interface DanfoColumns {
  readonly names: readonly string[];
  readonly dtypes: readonly string[];
  readonly cells: readonly LazyCells[];
  readonly numRows: number;
}

/** Reads columns from rows, each when it is first used. danfojs allows numbers as names. */
export const columnsOfRows = (
  rows: Rows,
  names: readonly (string | number)[],
  dtypes: readonly string[],
): DanfoColumns => ({
  names: names.map(String),
  dtypes,
  cells: names.map((_, j) => new LazyCells(rows.length, () => columnOfRows(rows, j))),
  numRows: rows.length,
});

function columnOfRows(rows: Rows, j: number): unknown[] {
  const cells = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) cells[i] = rows[i][j];
  return cells;
}

/** Converts columns to Arrow; one that `known` finds is not converted again. */
export function batchFromCells(
  { names, dtypes, cells, numRows }: DanfoColumns,
  code: ErrorCode,
  known?: KnownColumns,
): Batch {
  const fields: Field[] = [];
  const columns: Data[] = [];
  for (let j = 0; j < names.length; j++) {
    const same = known?.find(names[j], cells[j], dtypes[j]);
    if (same) {
      fields.push(same.field);
      columns.push(same.data);
      continue;
    }
    const { data, kind, dtype } = columnFromDanfo(
      cells[j].all,
      names[j],
      dtypes[j] ?? 'undefined',
      code,
      known?.like(names[j]),
    );
    const metadata = new Map([[DANFO_DTYPE, dtype]]);
    if (kind) metadata.set(JS_KIND, kind);
    fields.push(new Field(names[j], data.type, true, metadata));
    columns.push(data);
  }
  return { schema: new Schema(fields), columns, numRows };
}

/** Converts columns to an Arrow table. */
export function tableFromColumns(columns: DanfoColumns, code: ErrorCode): Table {
  const batch = batchFromCells(columns, code);
  return tableOf(batch.schema, [batch]);
}
