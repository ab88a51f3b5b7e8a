import type { RecordBatch, Table } from 'apache-arrow';
import { type Batch, isPlainObject } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { type FrameAdapter, isBatchAdapter } from './adapter.js';
import { adapterOf, adapterOfObject } from './find-adapter.js';
import type { FrameResult, ResultColumn } from './frame-result.js';
import type { GroupView } from './group-view.js';
import { readObject } from './read-columns.js';
import { withSourceType } from './source-type.js';
import { inTableOrder } from './table-order.js';

/**
 * Reads the value that a function returned for a group; null and undefined give null.
 *
 * @param given the group, to recognise its columns and to restore their types
 * @param keepsTypes false where the caller declared a schema: cells are then read anew, to be fitted into
 * its types
 * @throws ApplyError `ERR_BAD_RESULT` for a value that is no frame
 */
export function readResult(value: unknown, given?: GroupView, keepsTypes = true): FrameResult | null {
  if (value === null || value === undefined) return null;
  let adapter: FrameAdapter | undefined;
  if (isPlainObject(value)) {
    adapter = adapterOfObject(value);
    if (adapter === undefined) return readObject(value, given);
  } else adapter = adapterOf(value);
  if (adapter === undefined) {
    throw new ApplyError(
      'ERR_BAD_RESULT',
      `the function returned ${preview(value)}, which is no frame; ` +
        'return a table, a DataFrame, an object of columns, rows, or null',
    );
  }
  if (isBatchAdapter(adapter))
    return readBatch(
      adapter.toBatch(value, 'ERR_BAD_RESULT', keepsTypes ? given?.knownColumns : undefined),
      given,
    );
  return readTable(adapter.toArrow(value), adapter.kind, given);
}

function readTable(table: Table, kind: string, given?: GroupView): FrameResult {
  const batches = table.batches as RecordBatch[];
  const isInferred = kind === 'records';
  const columns = table.schema.fields.map((field, k): ResultColumn => {
    const chunks = batches.map((batch) => batch.data.children[k]);
    if (isInferred) return withSourceType({ field, chunks, isOwn: true, isInferred }, given);
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
