import type { Schema } from 'apache-arrow';
import type { Allocate, Batch } from '../../arrow/index.js';
import { type ChunkedColumn, codesToPlaces, factorizeRange } from '../../split/index.js';
import { allocatePrivate } from './stored-data.js';

/*
 * The place of a row is its position in the table with the rows of all groups one after the other. No thread
 * holds the places of all rows: each finds those of a unit again from the keys.
 */

/** Tells the places of the rows of any unit. */
export type RowPlaces =
  /** Found from the keys of the unit, and the place of the first row of each of its keys. */
  | {
      readonly kind: 'keys';
      /** The names of the key columns. */
      readonly columns: readonly string[];
      readonly dropna: boolean;
      /** The entries of unit `u` are starts[u] to starts[u + 1]-1. Lies in shared memory. */
      readonly next: Int32Array;
      readonly starts: Int32Array;
    }
  /** Known for every row: unit `u` has rows starts[u] to starts[u + 1]-1. Lies in shared memory. */
  | { readonly kind: 'rows'; readonly places: Int32Array; readonly starts: Int32Array };

/** Returns the places of the rows of a unit; -1 for a row that is in no group. */
export function placesOfUnit(
  how: RowPlaces,
  unit: number,
  schema: Schema,
  batches: readonly Batch[],
): Int32Array {
  if (how.kind === 'rows') return how.places.subarray(how.starts[unit], how.starts[unit + 1]);
  const { codes, next } = keysOfUnit(how, unit, schema, batches);
  codesToPlaces(codes, 0, codes.length, next);
  return codes;
}

/** The keys of the rows of a unit. */
export interface UnitKeys {
  /** row -> the code of its key; `NO_KEY` for a row that is in no group. */
  readonly codes: Int32Array;
  /** code -> the place of its first row; negative for a key without a group. */
  readonly next: Int32Array;
}

/** Returns the keys of the rows of a unit, and the places that they lead to. */
export function keysOfUnit(
  how: Extract<RowPlaces, { kind: 'keys' }>,
  unit: number,
  schema: Schema,
  batches: readonly Batch[],
  allocate: Allocate = allocatePrivate,
): UnitKeys {
  const { starts } = how;
  const numRows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const codes = words(allocate(numRows * 4));
  const all = columnsOf(schema, batches);
  const keys = how.columns.map((name) => all[schema.fields.findIndex((field) => field.name === name)]);
  factorizeRange(keys, 0, numRows, codes, how);
  // A copy, since it advances and the unit may be read again.
  return { codes, next: how.next.slice(starts[unit], starts[unit + 1]) };
}

/** Returns memory as 32-bit numbers. */
export const words = ({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength / 4);

/** Returns the columns of batches, a chunk for each batch. */
export function columnsOf(schema: Schema, batches: readonly Batch[]): ChunkedColumn[] {
  return schema.fields.map(({ type }, k) => ({ type, chunks: batches.map(({ columns }) => columns[k]) }));
}
