import type { Data, Schema, Table } from 'apache-arrow';
import { ApplyError, type ErrorCode } from '../errors.js';
import type { BatchAdapter, KnownColumns } from './adapter.js';
import { type Batch, tableOf } from './batch.js';
import { danfoFromColumn } from './danfo-from-arrow.js';
import { dataFrameClass, loadDanfo, useDataFrame } from './danfo-load.js';
import { batchFromCells } from './danfo-table.js';
import { hasArray, isObject, member } from './member.js';
import type { DanfoFrame } from './types.js';

export { isDanfoGroupby, tableFromDanfoGroupby } from './danfo-groupby.js';

/**
 * A DataFrame as danfojs keeps it. The public names (`values`, `columns`, `index`) are hidden by columns of the same name; these
 * are not. `$data` has the last word: `$dataIncolumnFormat` goes stale when a row is changed in place.
 */
interface DanfoInside extends DanfoFrame {
  $isSeries: boolean;
  $data: unknown[][];
  $dataIncolumnFormat: unknown[][];
  $columns: string[];
  $dtypes: string[];
  $index: (string | number)[];
}

export const danfoAdapter: BatchAdapter<DanfoFrame> = {
  kind: 'danfo',
  matches: isDanfoFrame,
  toArrow: tableFromDanfo,
  fromArrow: ({ schema, batches, numRows }) =>
    danfoFrom(schema, numRows, (k) => batches.map((batch) => batch.data.children[k])),
  fromBatch: ({ schema, columns, numRows }) => danfoFrom(schema, numRows, (k) => [columns[k]]),
  toBatch: batchFromDanfo,
  insideOf(frame) {
    const { $dataIncolumnFormat, $dtypes } = frame as DanfoInside;
    return { cells: $dataIncolumnFormat.map((cells) => cells.slice()), dtypes: [...$dtypes] };
  },
  load: loadDanfo,
};

function isDanfoFrame(value: unknown): value is DanfoInside {
  return (
    isObject(value) &&
    member(value, '$isSeries') === false &&
    hasArray(value, '$data') &&
    hasArray(value, '$columns') &&
    hasArray(value, '$dtypes')
  );
}

/** The frame without its index. `code` is the code of the errors. */
export function tableFromDanfo(frame: DanfoFrame, code?: ErrorCode): Table {
  const batch = batchFromDanfo(frame, code);
  return tableOf(batch.schema, [batch]);
}

function batchFromDanfo(frame: DanfoFrame, code: ErrorCode = 'ERR_BAD_RESULT', known?: KnownColumns): Batch {
  const { $data, $columns, $dtypes } = frame as DanfoInside;
  useDataFrame(Object.getPrototypeOf(frame).constructor);
  return batchFromCells($data, $columns, $dtypes, code, known);
}

function danfoFrom({ fields }: Schema, n: number, chunksOf: (column: number) => readonly Data[]): DanfoFrame {
  const DataFrame = dataFrameClass();
  const names = fields.map((field) => field.name);
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `the table has two columns named ${JSON.stringify(twice)}, which danfojs does not allow: rename one of them`,
    );
  }
  const columns: unknown[][] = [];
  const dtypes: string[] = [];
  for (let j = 0; j < fields.length; j++) {
    const { cells, dtype } = danfoFromColumn(chunksOf(j), fields[j]);
    columns.push(cells);
    dtypes.push(dtype);
  }
  // Built empty, with no dtype to guess, then given rows and columns at once: the constructor would transpose the rows again.
  const frame = new DataFrame([], { columns: names, dtypes }) as DanfoInside;
  frame.$data = rowsFromColumns(columns, n);
  frame.$dataIncolumnFormat = columns;
  const index = new Array<number>(n);
  for (let i = 0; i < n; i++) index[i] = i;
  frame.$index = index;
  return frame;
}

function rowsFromColumns(columns: readonly unknown[][], length: number): unknown[][] {
  const rows = new Array<unknown[]>(length);
  const width = columns.length;
  for (let i = 0; i < length; i++) {
    const row = new Array<unknown>(width);
    for (let j = 0; j < width; j++) row[j] = columns[j][i];
    rows[i] = row;
  }
  return rows;
}
