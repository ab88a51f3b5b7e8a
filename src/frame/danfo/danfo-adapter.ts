import type { Data, Schema, Table } from 'apache-arrow';
import { type Batch, tableOf } from '../../arrow/index.js';
import { ApplyError, type ErrorCode } from '../../errors.js';
import { hasArray, isObject, member } from '../../util/index.js';
import type { BatchAdapter, KnownColumns } from '../adapter.js';
import type { LazyCells } from '../lazy-cells.js';
import type { DanfoFrame } from '../types.js';
import { danfoFromColumn } from './column-from-arrow.js';
import { batchFromCells, columnsOfRows, type DanfoColumns } from './columns.js';
import { type DanfoConstructor, dataFrameClass, loadDanfo, useDataFrame } from './frame-class.js';
import { makeLazyFrame, rangeTo } from './lazy-frame.js';
import { frameClassOf, lazyColumns } from './lazy-frame-class.js';
import type { DataFrameFields } from './private-fields.js';
import { rowsOfColumns } from './rows-of-columns.js';
import { withUsableConstructor } from './usable-constructor.js';

/** The adapter of danfojs DataFrames. */
export const danfoAdapter: BatchAdapter<DanfoFrame> = {
  kind: 'danfo',
  matches: isDanfoFrame,
  toArrow: tableFromDanfo,
  fromArrow: ({ schema, batches, numRows }) =>
    completeFrame(schema, numRows, (k) => batches.map((batch) => batch.data.children[k])),
  fromBatch({ schema, columns, numRows }, frameClass) {
    const chunksOf = (column: number) => [columns[column]];
    const DataFrame = (frameClass as DanfoConstructor | undefined) ?? dataFrameClass();
    return makeLazyFrame(DataFrame, readColumns(schema, numRows, chunksOf));
  },
  toBatch: batchFromDanfo,
  cellsOf: columnsOf,
  load: loadDanfo,
};

function isDanfoFrame(value: unknown): value is DataFrameFields {
  return (
    isObject(value) &&
    member(value, '$isSeries') === false &&
    '$data' in value &&
    hasArray(value, '$columns') &&
    hasArray(value, '$dtypes')
  );
}

/** Converts a DataFrame, without its index. */
function tableFromDanfo(frame: DanfoFrame, code?: ErrorCode): Table {
  const batch = batchFromDanfo(frame, code);
  return tableOf(batch.schema, [batch]);
}

function batchFromDanfo(frame: DanfoFrame, code: ErrorCode = 'ERR_BAD_RESULT', known?: KnownColumns): Batch {
  useDataFrame(frameClassOf(frame));
  return batchFromCells(columnsOf(frame), code, known);
}

/** Returns the columns of a DataFrame: those of a lazy frame, or else columns read from its rows. */
function columnsOf(frame: DanfoFrame): DanfoColumns {
  const lazy = lazyColumns(frame);
  if (lazy) return lazy;
  const { $data, $columns, $dtypes } = frame as DataFrameFields;
  return columnsOfRows($data, $columns, $dtypes);
}

/** Makes a DataFrame of danfojs' own class with all its rows, not a lazy one. */
function completeFrame(schema: Schema, numRows: number, chunksOf: ChunksOf): DanfoFrame {
  const { names, dtypes, cells } = readColumns(schema, numRows, chunksOf);
  const DataFrame = withUsableConstructor(dataFrameClass(), { names, dtypes });
  // Builds it empty and sets rows and columns afterwards: the constructor would transpose the rows, and guess
  // dtypes.
  const frame = new DataFrame([], { columns: [...names], dtypes: [...dtypes] }) as DataFrameFields;
  const columns = cells.map(({ all }) => all as unknown[]);
  frame.$data = rowsOfColumns(columns, numRows);
  frame.$dataIncolumnFormat = columns;
  frame.$index = rangeTo(numRows);
  return frame;
}

/** Returns the chunks of a column. */
type ChunksOf = (column: number) => readonly Data[];

function readColumns({ fields }: Schema, numRows: number, chunksOf: ChunksOf): DanfoColumns {
  const names = fields.map((field) => field.name);
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `the table has two columns named ${JSON.stringify(twice)}, which danfojs does not allow: ` +
        'rename one of them',
    );
  }
  const dtypes: string[] = [];
  const cells: LazyCells[] = [];
  for (let j = 0; j < fields.length; j++) {
    const column = danfoFromColumn(chunksOf(j), fields[j]);
    cells.push(column.cells);
    dtypes.push(column.dtype);
  }
  return { names, dtypes, cells, numRows };
}
