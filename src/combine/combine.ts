import { type Data, type DataType, Field, Schema, type Table } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { type Batch, sameType, tableOf } from '../frame/index.js';
import { castData, nullData } from './cast.js';
import { commonType } from './common-type.js';
import { compact } from './compact.js';
import type { Results, Segment, SegmentColumn } from './segment.js';

/** What the results are results of. */
export interface CombineInput {
  /** The schema of what was grouped. */
  readonly schema: Schema;
  /** The rows of input column `column` that belong to the groups of a segment. */
  inputRows(segment: Segment, column: number): Data;
  /** A group's key, for messages. */
  describeGroup(group: number): string;
  /** The schema the caller declared. */
  readonly declared?: Schema;
}

/** Joins results into one table: groups in order, columns united by name, types brought together. */
export function combine(results: readonly Results[], input: CombineInput): Table {
  const segments = results.flatMap((result) => result.segments).sort((a, b) => a.first - b.first);
  if (segments.length === 0) return tableOf(emptySchema(results, input), []);
  const schema = input.declared ?? new Schema(uniteFields(segments, input), input.schema.metadata);
  const batches = segments.map((segment): Batch => {
    const columns = new Map(segment.columns.map((column) => [column.field.name, column]));
    return {
      schema,
      numRows: segment.numRows,
      columns: schema.fields.map(({ name, type }) => {
        const column = columns.get(name);
        if (column === undefined) return nullData(type, segment.numRows);
        return castData(column.data ?? input.inputRows(segment, column.input), type);
      }),
    };
  });
  return compact(schema, batches);
}

/** With nothing to join: the declared schema, else that of the first empty result, else the input's. */
function emptySchema(results: readonly Results[], { declared, schema }: CombineInput): Schema {
  if (declared) return declared;
  const empties = results.flatMap((result) => result.empty ?? []).sort((a, b) => a.group - b.group);
  return empties.length > 0 ? new Schema([...empties[0].fields], schema.metadata) : schema;
}

/** A column of the result so far: its type, and the group that was the first to bring it there. */
interface United {
  readonly field: Field;
  readonly group: number;
}

function uniteFields(segments: readonly Segment[], input: CombineInput): Field[] {
  const united = new Map<string, United>();
  for (const { first, columns } of segments) {
    for (const { field } of columns) {
      const before = united.get(field.name);
      united.set(field.name, before ? unite(before, field, first, input) : { field, group: first });
    }
  }
  return [...united.values()].map(({ field }) =>
    segments.every(({ columns }) => columns.some((column) => column.field.name === field.name))
      ? field
      : nullable(field),
  );
}

function unite(before: United, field: Field, group: number, input: CombineInput): United {
  const type = commonType(before.field.type, field.type);
  if (type === undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `column '${field.name}' is ${before.field.type} in the result of group ${input.describeGroup(before.group)} ` +
        `and ${field.type} in that of group ${input.describeGroup(group)}; let the function give both the same type`,
    );
  }
  const isNullable = before.field.nullable || field.nullable;
  if (sameType(type, before.field.type)) {
    return isNullable === before.field.nullable ? before : { ...before, field: nullable(before.field) };
  }
  return { field: new Field(field.name, type, isNullable, field.metadata), group };
}

const nullable = ({ name, type, metadata }: Field): Field =>
  new Field(name, type as DataType, true, metadata);

export type { Results, Segment, SegmentColumn };
