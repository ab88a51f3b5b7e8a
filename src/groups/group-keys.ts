import { type Data, type Dictionary, type Field, Schema, type Vector } from 'apache-arrow';
import { allocateShared, concatData, dataOf, nullData, repeatRows } from '../arrow/index.js';
import { castData, type Results, type Segment } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { ChunkIndex, type Grouping, keyReader, keysOfRows, takeRows } from '../split/index.js';
import { keyIdentity } from './key-identity.js';
import type { KeyColumn } from './keys/index.js';

/** The keys of all groups in one of the key columns: a row for each group. */
export interface GroupKeyColumn {
  readonly field: Field;
  readonly data: Data;
}

/** Returns the keys of all groups, in the exact types of the columns that they were read from. */
export function groupKeyColumns(
  columns: readonly KeyColumn[],
  grouping: Grouping,
  numRows: number,
): GroupKeyColumn[] {
  return columns.map((column, k) => {
    const { type, field, periodKeys } = column;
    const data = grouping.keys
      ? keysOfAllGroups(column, grouping, (group) => grouping.keys?.[group][k])
      : periodKeys
        ? keysOfRows(periodKeys, grouping.firstRows)
        : takeRows(type, column.chunks, grouping.firstRows, numRows);
    // Joining the dictionaries of chunks may widen the indices.
    const hasDeclaredType = data.type.typeId === field.type.typeId;
    return hasDeclaredType
      ? { field: field.clone({ type: data.type }), data }
      : { field, data: castData(data, field.type) };
  });
}

/**
 * Returns the keys of all groups. Takes that of a group without rows from another group or the dictionary.
 */
function keysOfAllGroups(
  { type, chunks }: KeyColumn,
  { firstRows, numGroups }: Grouping,
  keyOf: (group: number) => unknown,
): Data {
  const index = new ChunkIndex(chunks);
  const cellAt = (row: number) => {
    const chunk = index.find(row);
    return chunks[chunk].slice(row - index.starts[chunk], 1);
  };
  const cells = new Map<string, Data>();
  const identity = (key: unknown) => keyIdentity(key as Parameters<typeof keyIdentity>[0]);
  for (const dictionary of new Set(chunks.flatMap((chunk) => chunk.dictionary ?? []))) {
    const valueAt = keyReader({ type: dictionary.type, chunks: dictionary.data });
    for (let at = 0; at < dictionary.length; at++) {
      cells.set(identity(valueAt(at)), dictionaryCell(type as Dictionary, dictionary, at));
    }
  }
  for (let group = 0; group < numGroups; group++) {
    if (firstRows[group] >= 0) cells.set(identity(keyOf(group)), cellAt(firstRows[group]));
  }
  const rows = Array.from({ length: numGroups }, (_, group) => {
    if (firstRows[group] >= 0) return cellAt(firstRows[group]);
    const key = keyOf(group);
    return key === null ? nullData(type, 1) : (cells.get(identity(key)) as Data);
  });
  return concatData(type, rows, allocateShared);
}

function dictionaryCell(type: Dictionary, dictionary: Vector, at: number): Data {
  const values = new type.indices.ArrayType(1) as { [row: number]: number | bigint } & ArrayBufferView;
  values[0] = values.byteLength === 8 ? BigInt(at) : at;
  return dataOf(type, 1, 0, { values }, { dictionary });
}

/**
 * Returns results with the key columns before their own columns, each key repeated for all rows of its
 * group. A result that has a column of a key's name keeps its own.
 */
export function withGroupKeys(results: readonly Results[], keys: readonly GroupKeyColumn[]): Results[] {
  return results.map(({ segments, empty }) => ({
    segments: segments.map((segment) => ({
      ...segment,
      columns: [
        ...missingFrom(segment, keys).map(({ field, data }) => ({ field, data: keysOf(segment, data) })),
        ...segment.columns,
      ],
    })),
    empty: empty && { ...empty, fields: withKeyFields(empty.fields, keys) },
  }));
}

function missingFrom({ columns }: Segment, keys: readonly GroupKeyColumn[]): GroupKeyColumn[] {
  const names = new Set(columns.map(({ field }) => field.name));
  return keys.filter(({ field }) => !names.has(field.name));
}

/** Returns the keys of a segment's groups, one for each of its rows. */
function keysOf({ first, counts, numRows }: Segment, keys: Data): Data {
  const own = keys.slice(first, counts.length);
  return counts.length === numRows ? own : repeatRows(own, counts, allocateShared);
}

/** Returns a schema with the fields of the keys first, but for those whose names it has. */
export const withKeySchema = (schema: Schema, keys: readonly GroupKeyColumn[]): Schema =>
  keys.length === 0 ? schema : new Schema(withKeyFields(schema.fields, keys), schema.metadata);

function withKeyFields(fields: readonly Field[], keys: readonly GroupKeyColumn[]): Field[] {
  const names = new Set(fields.map(({ name }) => name));
  return [...keys.map(({ field }) => field).filter(({ name }) => !names.has(name)), ...fields];
}

/** Throws if two keys have one name, under which a result could have only one of them. */
export function checkKeyNames(keys: readonly GroupKeyColumn[]): void {
  const names = keys.map(({ field }) => field.name);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice === undefined) return;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `applyParallel: groupKeys: two keys are named '${twice}'; give one of them another name, ` +
      "as in every('date', '1d', { name: 'day' })",
  );
}
