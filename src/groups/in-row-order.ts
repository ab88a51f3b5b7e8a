import { Field, Null, Schema } from 'apache-arrow';
import { dataOf, deriveSchema } from '../arrow/index.js';
import {
  type CombineInput,
  columnsBySlot,
  combine,
  type Results,
  type Segment,
  slotsOf,
} from '../combine/index.js';
import type { Joiner } from './apply-to-groups.js';
import { combineInput, formOf } from './group-call.js';
import { ownColumns } from './own-columns.js';
import { restoredColumns } from './restored-columns.js';
import { ownColumn, type RowColumn, tableOfColumns } from './row-columns.js';
import { maskedRows, rowsWithResult } from './row-mask.js';
import { completeResults } from './rows-without-result.js';
import { WrittenColumns } from './written-columns.js';

/**
 * Joins results that have as many rows as their groups in the order of the rows of the grouped frame. Rows
 * without a result are null: those of groups that failed and were skipped, and those in no group.
 */
export const inRowOrder: Joiner = (call, shards) => async (results) => {
  const { source } = call;
  const given = combineInput(call, shards);
  const { segments, missing } = completeResults(results, source);
  if (segments.length === 0 && missing.length === 0) return { table: combine(results, given) };
  const order = source.rowOrder?.();
  const labels = order?.labels?.slice();
  const declared = declaredSchema(results, segments, given, missing.length > 0);
  if (order === undefined || segments.length === 0) {
    const table = combine([{ segments: [...segments, ...missing] }], { ...given, declared });
    return { table, labels };
  }
  const isUnwritten = (input: number) => shards.written !== undefined && shards.written[input] === 0;
  const own = ownColumns(segments, shards, order, formOf(call), isUnwritten);
  const written = new WrittenColumns(segments, shards, declared, given.describeGroup);
  const isInPlace: IsInPlace = (slot) => own.has(slot) || written.has(slot);
  const others = segments.map((segment) => withoutInPlace(written.withRows(segment), isInPlace));
  const grouped = combine([{ segments: [...others, ...missing] }], {
    ...given,
    declared: declared && withoutTypes(declared, isInPlace),
  });
  const bits = missing.length > 0 ? rowsWithResult(order.places, source.sizes, missing) : undefined;
  const slots = slotsOf(grouped.schema.fields);
  const moved = slots.flatMap((slot, k) => (isInPlace(slot) ? [] : [k]));
  const restored = await restoredColumns(call, grouped, moved, order);
  const columns = slots.map((slot, k): RowColumn => {
    const found = own.get(slot);
    if (found) return ownColumn(order.table, { ...found, field: declared?.fields[k] ?? found.field }, bits);
    return writtenRowColumn(written, slot, bits) ?? restored[moved.indexOf(k)];
  });
  const isWhole = own.size === 0;
  const fields = columns.map(({ field }) => field);
  const { metadata } = given.declared ?? deriveSchema(order.table.schema, fields, 'rows');
  return { table: tableOfColumns(columns, order.table, metadata, isWhole), labels };
};

/**
 * Returns the schema that the results must have; undefined where they themselves tell. Where no group has a
 * result, the rows get the columns that a result without rows has.
 */
function declaredSchema(
  results: readonly Results[],
  segments: readonly Segment[],
  input: CombineInput,
  hasMissing: boolean,
): Schema | undefined {
  const empty = results.map((result) => ({ ...result, segments: [] }));
  const declared = segments.length > 0 ? input.declared : combine(empty, input).schema;
  if (declared === undefined || !hasMissing) return declared;
  const fields = declared.fields.map((field) => field.clone({ nullable: true }));
  return new Schema(fields, declared.metadata);
}

/** Tells whether a column lies in the order of the rows already. */
type IsInPlace = (slot: string) => boolean;

/** Returns a column that was written to its rows, with null in the rows whose bit is not set. */
function writtenRowColumn(
  written: WrittenColumns,
  slot: string,
  bits: Uint8Array | undefined,
): RowColumn | undefined {
  const column = written.column(slot);
  if (column === undefined || bits === undefined) return column && { ...column, chunks: [column.data] };
  return { field: column.field.clone({ nullable: true }), chunks: [maskedRows(column.data, bits, 0)] };
}

/** Replaces columns in place by nulls without memory, which keep their positions among the others. */
function withoutInPlace(segment: Segment, isInPlace: IsInPlace): Segment {
  const { numRows } = segment;
  const nulls = dataOf(new Null(), numRows, numRows, {});
  const columns = Array.from(columnsBySlot(segment), ([slot, column]) =>
    isInPlace(slot) ? { field: nullField(column.field), data: nulls } : column,
  );
  return { ...segment, columns };
}

const nullField = ({ name }: Field): Field => new Field(name, new Null(), true);

function withoutTypes({ fields, metadata }: Schema, isInPlace: IsInPlace): Schema {
  const slots = slotsOf(fields);
  return new Schema(
    fields.map((field, k) => (isInPlace(slots[k]) ? nullField(field) : field)),
    metadata,
  );
}
