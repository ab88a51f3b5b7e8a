import { type Data, type DataType, Field, Null, type Schema, type Table } from 'apache-arrow';
import { type Batch, deriveSchema, nullData, tableOf, withType } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { isAllNaN } from '../frame/index.js';
import { castData } from './cast.js';
import { compactBatches } from './compact-batches.js';
import { withUniqueIds } from './dictionaries.js';
import { fieldFromValues, isUint64 } from './field-from-values.js';
import { joinSegments } from './join-segments.js';
import { withKnownTypes } from './known-types.js';
import { reconcileTimes } from './reconcile-times.js';
import { type Results, rowsOfColumn, type Segment, type SegmentColumn } from './segment.js';
import { UnifiedField } from './unified-field.js';

/** The grouped table, as far as combining its results needs it. */
export interface CombineInput {
  /** The schema of the grouped table. */
  readonly schema: Schema;
  /** Returns the rows of input column `column` that belong to the groups of a segment. */
  inputRows(segment: Segment, column: number): Data;
  /**
   * Tells whether the groups, and the input rows, of the second segment come right after those of the first.
   */
  follows?(a: Segment, b: Segment): boolean;
  /** Returns a group's key, for messages. */
  describeGroup(group: number): string;
  /** The schema the caller declared. */
  readonly declared?: Schema;
  /**
   * True where these results are a part of all. Columns that are null in all of them keep the Null type then:
   * others may tell their type, and {@link withKnownFields} gives that of the table if none does.
   */
  readonly isPart?: boolean;
}

/** Joins results into one table: groups in order, columns by name, each of the common type of its groups. */
export function combine(results: readonly Results[], input: CombineInput): Table {
  const sorted = results.flatMap((result) => result.segments).sort(byFirst);
  const segments = input.follows ? joinSegments(sorted, input.follows) : sorted;
  if (segments.length === 0) return tableOf(emptySchema(results, input), []);
  const replaced: Replaced = new Map();
  const schema =
    input.declared ?? deriveSchema(input.schema, withUniqueIds(unifiedFields(segments, input, replaced)));
  const wanted = slotsOf(schema.fields);
  const batches: Batch[] = [];
  for (const segment of segments) batches.push(batchOf(segment, schema, wanted, input, replaced));
  return compactBatches(schema, batches);
}

/** Returns a segment as a batch of the schema, whose slots are `wanted`. */
function batchOf(
  segment: Segment,
  schema: Schema,
  wanted: readonly string[],
  input: CombineInput,
  replaced: Replaced,
): Batch {
  const columns = columnsBySlot(segment);
  const made: Data[] = [];
  for (let k = 0; k < wanted.length; k++) {
    const { name, type } = schema.fields[k];
    const column = columns.get(wanted[k]);
    const data = column && (replaced.get(column) ?? dataOfColumn(segment, column, input));
    made.push(data ? cast(data, type, name, segment, input) : nullData(type, segment.numRows));
  }
  return { schema, numRows: segment.numRows, columns: made };
}

/**
 * Returns the schema that results have together, for results that are joined part by part: `castData` brings
 * each part to it. Columns without data are read, by `inputRows`, only where types alone have nothing in
 * common; where times meet numbers, a whole column is in memory at once.
 */
export const schemaOfResults = (segments: readonly Segment[], input: CombineInput): Schema =>
  input.declared ?? deriveSchema(input.schema, withUniqueIds(unifiedFields(segments, input, new Map())));

/** Casts a column of a segment; an error names its groups. */
function cast(
  data: Data,
  type: DataType,
  name: string,
  { first, counts }: Segment,
  input: CombineInput,
): Data {
  try {
    return castData(data, type);
  } catch (error) {
    const groups = `group ${input.describeGroup(first)}${counts.length > 1 ? ' or one soon after it' : ''}`;
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `column '${name}' of ${groups} cannot be brought to ${type}, the type it has with other groups: ` +
        (error as Error).message,
      { cause: error },
    );
  }
}

/**
 * Returns the schema where no result has rows: the declared one, else the first empty result's, else the
 * input's.
 */
function emptySchema(results: readonly Results[], { declared, schema }: CombineInput): Schema {
  if (declared) return declared;
  const empties = results.flatMap((result) => result.empty ?? []).sort((a, b) => a.group - b.group);
  if (empties.length === 0) return schema;
  const fields = empties[0].fields.map(knownFieldsOf(schema, slotsOf(empties[0].fields)));
  return deriveSchema(schema, withUniqueIds(fields));
}

/** Returns a schema of results in which columns of the Null type have the types of the table's. */
export function withKnownFields(schema: Schema, known: Schema): Schema {
  const { fields } = schema;
  return deriveSchema(schema, fields.map(knownFieldsOf(known, slotsOf(fields))));
}

const fieldsBySlot = ({ fields }: Pick<Schema, 'fields'>): Map<string, Field> =>
  new Map(slotsOf(fields).map((slot, k) => [slot, fields[k]]));

/** Returns a mapping of result columns, whose slots are given, to what the table's schema knows of them. */
function knownFieldsOf({ fields }: Schema, slots: readonly string[]): (field: Field, k: number) => Field {
  const table = fieldsBySlot({ fields });
  return (field, k) => {
    const known = table.get(slots[k]);
    return known ? withKnownTypes(field, known) : field;
  };
}

/**
 * Returns a key for each column by which results are joined: its name, with a number for the second and later
 * columns of one name. Arrow allows several columns of one name, and such a table comes back as it was.
 */
export function slotsOf(fields: readonly Field[]): string[] {
  const turns = new Map<string, number>();
  const slots: string[] = [];
  for (const { name } of fields) {
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    slots.push(turn === 0 ? name : `${name}\0${turn}`);
  }
  return slots;
}

/** Returns the columns of a segment by the keys of {@link slotsOf}. */
export function columnsBySlot({ columns }: Segment): Map<string, SegmentColumn> {
  const slots = slotsOf(columns.map(fieldOfColumn));
  const bySlot = new Map<string, SegmentColumn>();
  for (let k = 0; k < slots.length; k++) bySlot.set(slots[k], columns[k]);
  return bySlot;
}

/** A column of the result as one segment has it. */
interface Part {
  readonly segment: Segment;
  readonly column: SegmentColumn;
}

/** Columns whose values were changed so that all groups have a common type. */
type Replaced = Map<SegmentColumn, Data>;

function unifiedFields(segments: readonly Segment[], input: CombineInput, replaced: Replaced): Field[] {
  const table = fieldsBySlot(input.schema);
  const slots = new Map<string, Part[]>();
  for (const segment of segments) {
    for (const [slot, column] of columnsBySlot(segment)) {
      const parts = slots.get(slot);
      if (parts) parts.push({ segment, column });
      else slots.set(slot, [{ segment, column }]);
    }
  }
  const fields = Array.from(slots, ([slot, parts]) => {
    if (parts.some(hasGroup)) parts.sort((a, b) => groupOf(a) - groupOf(b));
    let unified = unify(parts, fieldOfPart);
    if (!unified.isUnified()) unified = unifyByValues(parts, input);
    if (!unified.isUnified()) unified = unifyTimes(parts, table.get(slot), input, replaced) ?? unified;
    return unified.take(segments.length, input.describeGroup);
  });
  return input.isPart ? fields : fields.map(knownFieldsOf(input.schema, [...slots.keys()]));
}

function unify(parts: readonly Part[], fieldOf: (part: Part) => Field): UnifiedField {
  const unified = new UnifiedField(fieldOf(parts[0]), groupOf(parts[0]));
  for (const part of parts.slice(1)) unified.add(fieldOf(part), groupOf(part));
  return unified;
}

/** Returns the field that a column has in all results. Throws where two types have none in common. */
export function unifiedField(
  [first, ...others]: readonly { readonly field: Field; readonly group: number }[],
  describeGroup: (group: number) => string,
): Field {
  const unified = new UnifiedField(first.field, first.group);
  for (const { field, group } of others) unified.add(field, group);
  return unified.take(1 + others.length, describeGroup);
}

/* Functions that last: V8 drops the compiled code of closures between calls. */

const byFirst = (a: Segment, b: Segment): number => a.first - b.first;
const fieldOfColumn = ({ field }: SegmentColumn): Field => field;
const fieldOfPart = ({ column }: Part): Field => column.field;
const hasGroup = ({ column }: Part): boolean => column.group !== undefined;

const groupOf = ({ segment, column }: Part): number => column.group ?? segment.first;

/**
 * Unifies fields by the values of their columns. It reads all values, so it runs only where the types alone
 * have nothing in common. A column of NaN alone from a DataFrame counts as null only if even this fails with
 * NaN as a number.
 */
function unifyByValues(parts: readonly Part[], input: CombineInput): UnifiedField {
  const wantsUint64 = parts.some(({ column }) => isUint64(column.field.type));
  const fieldOf = ({ segment, column }: Part) =>
    fieldFromValues(column.field, dataOfColumn(segment, column, input), wantsUint64);
  const unified = unify(parts, fieldOf);
  if (unified.isUnified()) return unified;
  return unify(parts, (part) => {
    const { segment, column } = part;
    const isMissing = isAllNaN(column.field, dataOfColumn(segment, column, input));
    return isMissing ? new Field(column.field.name, new Null(), true) : fieldOf(part);
  });
}

/**
 * Unifies columns of which some have the time type of the table's column, and others the numbers that a
 * function saw for it; undefined where nothing holds both.
 */
function unifyTimes(
  parts: readonly Part[],
  known: Field | undefined,
  input: CombineInput,
  replaced: Replaced,
): UnifiedField | undefined {
  if (known === undefined) return undefined;
  const columns = parts.map(({ segment, column }) => dataOfColumn(segment, column, input));
  const made = reconcileTimes(columns, known.type);
  if (made === undefined) return undefined;
  const typeOf = new Map(parts.map(({ column }, k) => [column, made[k].type]));
  const unified = unify(parts, ({ column }) => withType(column.field, typeOf.get(column) as DataType));
  for (const [k, { column }] of parts.entries()) if (made[k] !== columns[k]) replaced.set(column, made[k]);
  return unified;
}

const dataOfColumn = (segment: Segment, column: SegmentColumn, input: CombineInput): Data =>
  rowsOfColumn(segment, column, (from, k) => input.inputRows(from, k));
