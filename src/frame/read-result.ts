import type { RecordBatch, Schema, Table } from 'apache-arrow';
import { type Batch, isPlainObject } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { type FrameAdapter, isBatchAdapter } from './adapter.js';
import { isSameArqueroColumn, tableFromArquero } from './arquero-adapter.js';
import { ARQUERO_COLUMN } from './arquero-column.js';
import { adapterOf, adapterOfObject } from './find-adapter.js';
import type { FrameResult, ResultColumn } from './frame-result.js';
import type { GroupView } from './group-view.js';
import type { Likeness } from './infer/index.js';
import { readObject } from './read-columns.js';
import { tableFromRecords } from './records-adapter.js';
import { likeSource, withSourceType } from './source-type.js';
import { inTableOrder } from './table-order.js';
import type { ArqueroTable, Row } from './types.js';

/**
 * Reads the value that a function returned for a group; null and undefined give null.
 *
 * @param given the group, to recognise its columns and to restore their types
 * @param declared the schema that the caller declared: values are then read for its types, and not for those
 *   of the group
 * @throws ApplyError `ERR_BAD_RESULT` for a value that is no frame
 */
export function readResult(value: unknown, given?: GroupView, declared?: Schema): FrameResult | null {
  if (value === null || value === undefined) return null;
  let adapter: FrameAdapter | undefined;
  if (isPlainObject(value)) {
    adapter = adapterOfObject(value);
    if (adapter === undefined) return readObject(value, given, declared);
  } else adapter = adapterOf(value);
  if (adapter === undefined) {
    throw new ApplyError(
      'ERR_BAD_RESULT',
      `the function returned ${preview(value)}, which is no frame; ` +
        'return a table, a DataFrame, an object of columns, rows, one row as in { mean: 3 }, or null',
    );
  }
  if (isBatchAdapter(adapter))
    return readBatch(
      adapter.toBatch(value, 'ERR_BAD_RESULT', declared ? undefined : given?.knownColumns),
      given,
    );
  const likeOf = (name: string) => likeSource(name, given, declared);
  const table = tableOfValues(adapter, value, likeOf);
  return readTable(table, adapter.kind, value, given);
}

/** Converts a frame; JavaScript values in it are read for what `likeOf` says of their columns. */
function tableOfValues(
  adapter: FrameAdapter,
  value: unknown,
  likeOf: (name: string) => Likeness | undefined,
): Table {
  switch (adapter.kind) {
    case 'records':
      return tableFromRecords(value as Row[], 'ERR_BAD_RESULT', likeOf);
    case 'arquero':
      return tableFromArquero(value as ArqueroTable, 'ERR_BAD_RESULT', likeOf);
    default:
      return adapter.toArrow(value);
  }
}

function readTable(table: Table, kind: string, value: unknown, given?: GroupView): FrameResult {
  const batches = table.batches as RecordBatch[];
  const isInferred = kind === 'records';
  const columns = table.schema.fields.map((field, k): ResultColumn => {
    const chunks = batches.map((batch) => batch.data.children[k]);
    if (isInferred) return withSourceType({ field, chunks, isOwn: true, isInferred }, given);
    if (kind === 'arquero' && given && isSameArqueroColumn(value, given.frame, field.name)) {
      const input = given.positions.get(field.name);
      if (input !== undefined) return { field: given.batch.schema.fields[input], chunks: [], input };
    }
    if (field.metadata.has(ARQUERO_COLUMN)) {
      return withSourceType({ field, chunks, isOwn: true, isInferred: true }, given, true);
    }
    return { field, chunks, input: given?.inputOfChunks(field.name, chunks), isOwn: kind !== 'arrow' };
  });
  return {
    numRows: table.numRows,
    columns: isInferred && given ? inTableOrder(columns, given.positions) : columns,
  };
}

/**
 * Reads a batch made of cells: columns are inferred from them, except for those known to be the group's own.
 */
function readBatch({ schema, columns, numRows }: Batch, given?: GroupView): FrameResult {
  return {
    numRows,
    columns: schema.fields.map((field, k): ResultColumn => {
      const chunks = [columns[k]];
      const input = given?.inputOfData(columns[k]);
      if (input !== undefined) return { field, chunks, input };
      return withSourceType({ field, chunks, isOwn: true, isInferred: true }, given, true);
    }),
  };
}
