import { type Data, type DataType, Field, Null, type Schema } from 'apache-arrow';
import { nullData } from '../arrow/index.js';
import { canCast, isAllNull } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { type FrameResult, fitData, type GroupView, isAllNaN, type ResultColumn } from '../frame/index.js';

/**
 * Returns the result with the types of the declared schema, converting JavaScript values where it must.
 * Throws `ERR_SCHEMA_MISMATCH` if it does not fit. `given` is the group whose columns the result may hand
 * back.
 */
export function matchSchema(result: FrameResult, schema: Schema, given?: GroupView): FrameResult {
  if (result.numRows === 0) return result;
  const declared = new Map(schema.fields.map((field) => [field.name, field]));
  const columns = result.columns.map((column) => {
    const expected = declared.get(column.field.name);
    return expected ? asDeclared(column, expected.type, given) : column;
  });
  checkColumns(columns, declared, schema, given);
  return { ...result, columns };
}

/**
 * Converts plain values to the declared type if it holds each of them exactly. A column of nulls alone fits
 * every type, and so does a DataFrame's column of NaN alone.
 */
function asDeclared(column: ResultColumn, type: DataType, given: GroupView | undefined): ResultColumn {
  const { field, chunks, isInferred } = column;
  if (canCast(field.type, type)) return column;
  const rows = chunksOf(column, given);
  if (rows.every((data) => isAllNull(data) || isAllNaN(field, data))) {
    const nulls = rows.map(({ length }) => nullData(new Null(), length));
    return { field: new Field(field.name, new Null(), true), chunks: nulls, isOwn: true };
  }
  if (!isInferred) return column;
  const fitted = chunks.map((chunk) => fitData(chunk, type));
  return fitted.every((chunk) => chunk !== undefined)
    ? { ...column, field: field.clone({ type }), chunks: fitted }
    : column;
}

function checkColumns(
  columns: readonly ResultColumn[],
  declared: ReadonlyMap<string, Field>,
  schema: Schema,
  given: GroupView | undefined,
): void {
  for (const column of columns) {
    const { field, isInferred } = column;
    const expected = declared.get(field.name);
    if (expected === undefined) {
      throw mismatch(`the result has a column '${field.name}', which the declared schema has not`);
    }
    if (!canCast(field.type, expected.type)) {
      const advice = isInferred ? '; not all of its values fit into that exactly' : '';
      throw mismatch(`column '${field.name}' is ${field.type}, declared is ${expected.type}${advice}`);
    }
    if (!expected.nullable && chunksOf(column, given).some(hasNulls)) {
      throw mismatch(`column '${field.name}' has nulls, and the declared schema says it is never null`);
    }
  }
  const names = new Set(columns.map((column) => column.field.name));
  for (const { name, nullable } of schema.fields) {
    if (!nullable && !names.has(name)) {
      throw mismatch(`the result has no column '${name}', which the declared schema says is never null`);
    }
  }
}

/**
 * Returns a column's data. A column that was handed back untouched has none of its own, only the name of the
 * group's column.
 */
const chunksOf = ({ chunks, input }: ResultColumn, given: GroupView | undefined): readonly Data[] =>
  input === undefined || given === undefined ? chunks : [given.rowsOf(input)];

const hasNulls = (data: Data): boolean => data.nullCount > 0 || isAllNull(data);

const mismatch = (message: string) => new ApplyError('ERR_SCHEMA_MISMATCH', message);
