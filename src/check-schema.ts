import type { Schema } from 'apache-arrow';
import { canCast } from './combine/index.js';
import { ApplyError } from './errors.js';
import type { FrameResult } from './frame/index.js';

/** Throws `ERR_SCHEMA_MISMATCH` where a result does not fit the schema the caller declared. */
export function checkSchema({ columns, numRows }: FrameResult, schema: Schema): void {
  if (numRows === 0) return;
  const declared = new Map(schema.fields.map((field) => [field.name, field]));
  for (const { field } of columns) {
    const expected = declared.get(field.name);
    if (expected === undefined) {
      throw mismatch(`the result has a column '${field.name}', which the declared schema has not`);
    }
    if (!canCast(field.type, expected.type)) {
      throw mismatch(`column '${field.name}' is ${field.type}, declared is ${expected.type}`);
    }
  }
  const names = new Set(columns.map((column) => column.field.name));
  for (const { name, nullable } of schema.fields) {
    if (!nullable && !names.has(name)) {
      throw mismatch(`the result has no column '${name}', which the declared schema says is never null`);
    }
  }
}

const mismatch = (message: string) => new ApplyError('ERR_SCHEMA_MISMATCH', message);
