import {
  type Batch,
  concatData,
  needsPrivateCopy,
  privateCopy,
  sliceBatch,
  tableMaker,
  tableOf,
  withPrivateBitmaps,
  withReadOnlyDictionaries,
  writeNaNUnderNulls,
} from '../arrow/index.js';
import { isBatchAdapter } from './adapter.js';
import { columnsReader, isShownInPlace } from './columns-reader.js';
import { adapterFor } from './find-adapter.js';
import { GroupAsColumns } from './group-as-columns.js';
import { GroupAsTable } from './group-as-table.js';
import type { GroupView } from './group-view.js';
import { KnownCells } from './known-cells.js';
import type { Column } from './types.js';

/** Makes views of the groups of one split table: rows `from` up to `to`, in the form a function asked for. */
export type GroupReader = (from: number, to: number) => GroupView;

/**
 * Makes a reader of the groups of a split table.
 *
 * @param form the kind of frame that the function gets
 * @param frameClass the class of its frames; by default that of the last frame this thread has seen
 */
export function groupReader(batch: Batch, form: string, frameClass?: unknown): GroupReader {
  const positions = new Map(batch.schema.fields.map((field, k) => [field.name, k]));
  if (form === 'columns') {
    const reader = columnsReader(batch);
    const isInPlace = batch.columns.map((data, k) => isShownInPlace(data, batch.hasNulls?.[k]));
    return (from, to) => {
      const made: Column[] = [];
      return new GroupAsColumns(batch, positions, isInPlace, from, to, reader.read(from, to, made), made);
    };
  }
  const adapter = adapterFor(form);
  const withSafeDictionaries = { ...batch, columns: batch.columns.map(withReadOnlyDictionaries) };
  const isCopied = batch.columns.map(needsPrivateCopy);
  const toTable = tableMaker(batch.schema);
  return (from, to) => {
    const slice = sliceBatch(withSafeDictionaries, from, to);
    // The batch belongs to the call, so it may be changed here.
    if (form === 'arrow') slice.columns.forEach(writeNaNUnderNulls);
    const columns = slice.columns.map((data, k) =>
      isCopied[k] ? privateCopy(data) : withPrivateBitmaps(data),
    );
    const own = { ...slice, columns };
    if (isBatchAdapter(adapter)) {
      const frame = adapter.fromBatch(own, frameClass);
      const known = new KnownCells(batch, positions, slice, adapter.cellsOf(frame));
      return new GroupAsTable(batch, positions, slice, own, isCopied, frame, true, known);
    }
    const frame = adapter.fromArrow(toTable(own));
    return new GroupAsTable(
      batch,
      positions,
      slice,
      own,
      isCopied,
      frame,
      form === 'records' || form === 'arquero',
    );
  };
}

/**
 * Copies rows `from` up to `to` into a frame of kind `kind` that shares no memory with the batch, so it may
 * be changed.
 */
export function copyGroup(batch: Batch, kind: string, from: number, to: number): unknown {
  const slice = sliceBatch(batch, from, to);
  const columns = slice.columns.map((data) => concatData(data.type, [data], (size) => new Uint8Array(size)));
  const rows = { ...slice, columns };
  if (kind === 'arrow') columns.forEach(writeNaNUnderNulls);
  if (kind !== 'columns') return adapterFor(kind).fromArrow(tableOf(rows.schema, [rows]));
  const hasNulls = batch.columns.map((data) => data.nullCount > 0);
  return columnsReader({ ...rows, hasNulls }).read(0, rows.numRows);
}
