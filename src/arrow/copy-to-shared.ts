import { type Data, type Field, Schema, type Table, Vector } from 'apache-arrow';
import type { Batch } from './batch.js';
import { concatData } from './concat.js';
import { type Allocate, allocateShared, createArena } from './memory.js';

/** Returns the chunks of the column at `position` of a table. */
export const chunksOf = (table: Table, position: number): Data[] =>
  table.batches.map((batch) => batch.data.children[position]);

/** Copies a table, its rows in order, to one piece of shared memory. */
export function copyTableToShared(table: Table, allocate: Allocate = createArena()): Batch {
  const columns = table.schema.fields.map(({ type }, k) => concatData(type, chunksOf(table, k), allocate));
  return batchOfColumns(table, columns, table.numRows);
}

/** Makes a batch of columns that were made from those of `table`, and gives it dictionaries of its own. */
export function batchOfColumns(table: Table, made: readonly Data[], numRows: number): Batch {
  const columns = made.map((data, k) =>
    withOwnDictionaries(data, new Set(chunksOf(table, k).flatMap(dictionariesOf))),
  );
  // Joining dictionaries may have widened their indices.
  const fields = table.schema.fields.map((field: Field, k) =>
    columns[k].type === field.type ? field : field.clone({ type: columns[k].type }),
  );
  return { schema: new Schema(fields, table.schema.metadata), columns, numRows };
}

/**
 * Replaces dictionaries of the caller by copies. Joining columns keeps a dictionary that already lies in
 * shared memory, but a function may write to it, and the caller's table must not change.
 */
function withOwnDictionaries(data: Data, callers: ReadonlySet<Vector>): Data {
  if (callers.size === 0) return data;
  const { dictionary } = data;
  if (dictionary && callers.has(dictionary)) {
    data.dictionary = new Vector([concatData(dictionary.type, dictionary.data, allocateShared)]);
  }
  for (const child of data.children) withOwnDictionaries(child, callers);
  return data;
}

function dictionariesOf(data: Data): Vector[] {
  const inner = data.children.flatMap(dictionariesOf);
  return data.dictionary ? [data.dictionary, ...inner] : inner;
}
