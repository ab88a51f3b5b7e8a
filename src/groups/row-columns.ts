import { type Data, type Field, Schema, type Table } from 'apache-arrow';
import { allocateShared, chunksOf, concatData, tableOf } from '../arrow/index.js';
import { castData, unifyBatchDictionaries } from '../combine/index.js';
import type { OwnColumn } from './own-columns.js';
import { maskedRows } from './row-mask.js';

/** A column in the order of the rows: in the chunks of the grouped table, or in one. */
export interface RowColumn {
  readonly field: Field;
  readonly chunks: readonly Data[];
}

/** Returns a column of the grouped table, with null in the rows whose bit of `bits` is not set. */
export function ownColumn(
  table: Table,
  { field, input }: OwnColumn,
  bits: Uint8Array | undefined,
): RowColumn {
  let from = 0;
  const chunks = chunksOf(table, input).map((chunk) => {
    const masked = bits ? maskedRows(chunk, bits, from) : chunk;
    from += chunk.length;
    return castData(masked, field.type);
  });
  return { field: bits ? field.clone({ nullable: true }) : field, chunks };
}

/** Returns a column of a table in one piece. */
export function inOnePiece(table: Table, k: number): { readonly field: Field; readonly data: Data } {
  const field = table.schema.fields[k];
  const chunks = chunksOf(table, k);
  return {
    field,
    data: chunks.length === 1 ? chunks[0] : concatData(field.type, chunks, allocateShared),
  };
}

/** Gives rows in no group the places after all groups, in their order. */
export function withAllPlaces(places: Int32Array): Int32Array {
  let next = places.length;
  for (const place of places) if (place < 0) next--;
  if (next === places.length) return places;
  return places.map((place) => (place < 0 ? next++ : place));
}

/** Makes a table of columns, in the batches of `like`, or in one if all columns are in one piece. */
export function tableOfColumns(
  columns: readonly RowColumn[],
  like: Table,
  metadata: Map<string, string>,
  isOnePiece: boolean,
): Table {
  const given = new Schema(
    columns.map(({ field, chunks }) =>
      chunks.length > 0 && chunks[0].type !== field.type ? field.clone({ type: chunks[0].type }) : field,
    ),
    metadata,
  );
  const lengths = isOnePiece ? [like.numRows] : like.batches.map(({ numRows }) => numRows);
  let from = 0;
  const batches = lengths.map((numRows, at) => {
    const parts = columns.map(({ chunks }) => {
      if (chunks.length === lengths.length) return chunks[at];
      return chunks[0].slice(from, numRows);
    });
    from += numRows;
    return { schema: given, columns: parts, numRows };
  });
  const { schema, batches: unified } = unifyBatchDictionaries(given, batches);
  return tableOf(schema, unified);
}
