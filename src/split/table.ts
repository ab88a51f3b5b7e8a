import { type Data, type Field, Schema, type Table, Vector } from 'apache-arrow';
import { type Allocate, allocateShared, type Batch, concatData } from '../frame/index.js';
import type { ChunkedColumn, Grouping } from './grouping.js';
import { scatter } from './scatter.js';

/** The column at `position` of a table, in its chunks. */
export function chunkedColumn(table: Table, position: number): ChunkedColumn {
  return {
    type: table.schema.fields[position].type,
    chunks: table.batches.map((batch) => batch.data.children[position]),
  };
}

/**
 * A table in shared memory whose rows lie group by group: group `g` is rows starts[g] … starts[g + 1]. Every column is one piece, so
 * each group is a slice of it and nothing is copied again.
 */
export function scatterTable(table: Table, grouping: Grouping, allocate: Allocate = allocateShared): Batch {
  const length = grouping.starts[grouping.numGroups];
  return mapColumns(table, length, (column) =>
    grouping.inPlace
      ? concatData(column.type, column.chunks, allocate)
      : scatterColumn(column, grouping.places, length, allocate),
  );
}

/** The rows of a table as they are, in one piece of shared memory. */
export function clusterTable(table: Table, allocate: Allocate = allocateShared): Batch {
  return mapColumns(table, table.numRows, ({ type, chunks }) => concatData(type, chunks, allocate));
}

/** A column in shared memory, its rows at their places. */
export const scatterColumn = (
  { type, chunks }: ChunkedColumn,
  places: Int32Array,
  length: number,
  allocate: Allocate = allocateShared,
): Data => scatter(type, chunks, { places, length, allocate });

function mapColumns(table: Table, numRows: number, map: (column: ChunkedColumn) => Data): Batch {
  const columns = table.schema.fields.map((_, k) => map(chunkedColumn(table, k)));
  return batchOfColumns(table, columns, numRows);
}

/** Columns made of those of `table`, with dictionaries of their own. */
export function batchOfColumns(table: Table, made: readonly Data[], numRows: number): Batch {
  const columns = made.map((data, k) =>
    withOwnDictionaries(data, new Set(chunkedColumn(table, k).chunks.flatMap(dictionariesOf))),
  );
  // Joining dictionaries can widen their indices.
  const fields = table.schema.fields.map((field: Field, k) =>
    columns[k].type === field.type ? field : field.clone({ type: columns[k].type }),
  );
  return { schema: new Schema(fields, table.schema.metadata), columns, numRows };
}

/**
 * A dictionary that lies in shared memory already is taken as it is by whoever joins columns. Here that will not do: a function that sets
 * a value may write into the dictionary, and the caller's must not change.
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
