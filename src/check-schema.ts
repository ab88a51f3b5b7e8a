import { type DataType, type Schema, Type } from 'apache-arrow';
import { canCast } from './combine/index.js';
import { ApplyError } from './errors.js';
import type { FrameResult } from './frame/index.js';

/** Throws `ERR_SCHEMA_MISMATCH` where a result does not fit the schema the caller declared. */
export function checkSchema({ columns, numRows }: FrameResult, schema: Schema): void {
  if (numRows === 0) return;
  const declared = new Map(schema.fields.map((field) => [field.name, field]));
  for (const { field, chunks } of columns) {
    const expected = declared.get(field.name);
    if (expected === undefined) {
      throw mismatch(`the result has a column '${field.name}', which the declared schema has not`);
    }
    if (!canCast(field.type, expected.type)) {
      const advice = wantsTypedArray(field.type, expected.type);
      throw mismatch(`column '${field.name}' is ${field.type}, declared is ${expected.type}${advice}`);
    }
    if (!expected.nullable && chunks.some((chunk) => chunk.nullCount > 0)) {
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

/** Plain arrays of numbers are Float64, whatever is in them. */
const wantsTypedArray = (type: DataType, declared: DataType): string =>
  type.typeId === Type.Float && declared.typeId === Type.Int
    ? '; plain numbers are Float64: return a typed array, such as Int32Array.of(1)'
    : '';

const mismatch = (message: string) => new ApplyError('ERR_SCHEMA_MISMATCH', message);
