import { type Data, type DataType, Field, Null, Schema, type Table } from 'apache-arrow';
import { type Batch, tableOf } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { isAllNaN } from '../frame/index.js';
import { castData } from './cast.js';
import { compactBatches } from './compact-batches.js';
import { withUniqueIds } from './dictionaries.js';
import { fieldFromValues, isUint64 } from './field-from-values.js';
import { nullData } from './null-data.js';
import type { Results, Segment, SegmentColumn } from './segment.js';
import { UnifiedField } from './unified-field.js';

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
  const schema =
    input.declared ?? new Schema(withUniqueIds(unitedFields(segments, input)), input.schema.metadata);
  const wanted = slotsOf(schema.fields);
  const batches = segments.map((segment): Batch => {
    const columns = columnsBySlot(segment);
    return {
      schema,
      numRows: segment.numRows,
      columns: schema.fields.map(({ name, type }, k) => {
        const column = columns.get(wanted[k]);
        if (column === undefined) return nullData(type, segment.numRows);
        return cast(dataOfColumn(segment, column, input), type, name, segment, input);
      }),
    };
  });
  return compactBatches(schema, batches);
}

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
      `column '${name}' of ${groups} cannot be brought to ${type}, the type it has with other groups: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** With nothing to join: the declared schema, else that of the first empty result, else the input's. */
function emptySchema(results: readonly Results[], { declared, schema }: CombineInput): Schema {
  if (declared) return declared;
  const empties = results.flatMap((result) => result.empty ?? []).sort((a, b) => a.group - b.group);
  return empties.length > 0 ? new Schema(withUniqueIds(empties[0].fields), schema.metadata) : schema;
}

/**
 * What columns are told apart by: their names, and of several of one name their turn as well. Arrow allows that, so such a table comes
 * back as it was.
 */
function slotsOf(fields: readonly Field[]): string[] {
  const turns = new Map<string, number>();
  return fields.map(({ name }) => {
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    return turn === 0 ? name : `${name}\0${turn}`;
  });
}

function columnsBySlot({ columns }: Segment): Map<string, SegmentColumn> {
  const slots = slotsOf(columns.map(({ field }) => field));
  return new Map(columns.map((column, k) => [slots[k], column]));
}

/** A column of one name in one segment. */
interface Part {
  readonly segment: Segment;
  readonly column: SegmentColumn;
}

function unitedFields(segments: readonly Segment[], input: CombineInput): Field[] {
  const slots = new Map<string, Part[]>();
  for (const segment of segments) {
    for (const [slot, column] of columnsBySlot(segment)) {
      const parts = slots.get(slot);
      if (parts) parts.push({ segment, column });
      else slots.set(slot, [{ segment, column }]);
    }
  }
  return Array.from(slots.values(), (parts) => {
    const byType = unite(parts, ({ column }) => column.field);
    const united = byType.isUnited() ? byType : uniteByValues(parts, input);
    return united.take(segments.length, input.describeGroup);
  });
}

function unite(parts: readonly Part[], fieldOf: (part: Part) => Field): UnifiedField {
  const united = new UnifiedField(fieldOf(parts[0]), parts[0].segment.first);
  for (const part of parts.slice(1)) united.add(fieldOf(part), part.segment.first);
  return united;
}

/**
 * Reads all values of the column, so only where the types alone do not go together. NaN of a DataFrame is a number as long as that
 * goes with the other groups.
 */
function uniteByValues(parts: readonly Part[], input: CombineInput): UnifiedField {
  const wantsUint64 = parts.some(({ column }) => isUint64(column.field.type));
  const settled = ({ segment, column }: Part) =>
    fieldFromValues(column.field, dataOfColumn(segment, column, input), wantsUint64);
  const united = unite(parts, settled);
  if (united.isUnited()) return united;
  return unite(parts, (part) => {
    const { segment, column } = part;
    const isNothing = isAllNaN(column.field, dataOfColumn(segment, column, input));
    return isNothing ? new Field(column.field.name, new Null(), true) : settled(part);
  });
}

const dataOfColumn = (segment: Segment, column: SegmentColumn, input: CombineInput): Data =>
  column.data ?? input.inputRows(segment, column.input);
