import { type Data, type Field, Schema, type Table } from 'apache-arrow';
import {
  columnsFromObjects,
  duplicateName,
  isArrowRow,
  isPlainObject,
  objectsFromColumns,
  tableOf,
  valuesOfColumn,
} from '../arrow/index.js';
import { ApplyError, type ErrorCode } from '../errors.js';
import type { FrameAdapter } from './adapter.js';
import { fieldOf, inferColumn, type Likeness } from './infer/index.js';
import type { Row } from './types.js';

/** The adapter of arrays of row objects. Types are inferred from all rows: see {@link inferColumn}. */
export const recordsAdapter: FrameAdapter<readonly Row[]> = {
  kind: 'records',
  matches: (value): value is readonly Row[] =>
    Array.isArray(value) && (value.length === 0 || isPlainObject(value[0]) || isArrowRow(value[0])),
  toArrow: (rows, code) => tableFromRecords(rows, code),
  fromArrow: recordsFromTable,
};

/**
 * Converts rows to columns, in order of first appearance over all rows; a missing member is null.
 *
 * @param likeOf returns the column of the table that the values of a name may come from
 */
export function tableFromRecords(
  rows: readonly Row[],
  code: ErrorCode = 'ERR_BAD_RESULT',
  likeOf?: (name: string) => Likeness | undefined,
): Table {
  const objects = rows.map((row: unknown, i) => {
    if (isPlainObject(row)) return row;
    if (isArrowRow(row)) return row.toJSON();
    throw new ApplyError(
      code,
      `row ${i} of ${rows.length} is ${kindOfRow(row)}, ` +
        'and row 0 is an object: rows are plain objects of name -> value',
    );
  });
  const fields: Field[] = [];
  const columns: Data[] = [];
  for (const [name, values] of columnsFromObjects(objects)) {
    const column = inferColumn(values, name, { code, like: likeOf?.(name) });
    fields.push(fieldOf(name, column));
    columns.push(column.data);
  }
  const schema = new Schema(fields);
  return tableOf(schema, [{ schema, columns, numRows: rows.length }]);
}

const kindOfRow = (row: unknown): string =>
  row === null ? 'null' : Array.isArray(row) ? 'an array' : `a ${typeof row}`;

function recordsFromTable(table: Table): Row[] {
  const { fields } = table.schema;
  const names = fields.map((field) => field.name);
  const twice = duplicateName(table.schema);
  if (twice !== undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `the table has two columns named ${JSON.stringify(twice)}, and a row object can hold only one: ` +
        'rename one of them',
    );
  }
  const columns = fields.map((field, j) =>
    valuesOfColumn(
      table.batches.map((batch) => batch.data.children[j]),
      field,
    ),
  );
  return objectsFromColumns(names, columns, table.numRows);
}
