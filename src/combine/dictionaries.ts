import { type Data, type DataType, Dictionary, type Field, Schema, Type } from 'apache-arrow';
import { type Batch, retype, unifyDictionaries } from '../arrow/index.js';

/*
 * A table needs one dictionary for all batches of a dictionary column, and a different id for each such
 * column, those inside lists and structs included. apache-arrow counts ids per thread, so columns from two
 * workers may have the same id; a file written from such a table would mix up their dictionaries.
 */

/** Returns the fields with a different id for each dictionary. */
export function withUniqueIds(fields: readonly Field[]): Field[] {
  const taken = new Set<number>();
  return fields.map((field) => fieldOf(field, typeWithUniqueIds(field.type, taken)));
}

const fieldOf = (field: Field, type: DataType): Field =>
  type === field.type ? field : field.clone({ type });

function typeWithUniqueIds(type: DataType, taken: Set<number>): DataType {
  if (type.typeId === Type.Dictionary) return withUniqueId(type as Dictionary, taken);
  const types = (type.children ?? []).map((field) => typeWithUniqueIds(field.type, taken));
  return retype(
    type,
    types.map((child) => ({ type: child })),
  );
}

function withUniqueId(type: Dictionary, taken: Set<number>): Dictionary {
  let own = type;
  while (taken.has(own.id)) own = new Dictionary(type.dictionary, type.indices, null, type.isOrdered);
  taken.add(own.id);
  return own;
}

/** Gives every dictionary column one dictionary for all batches, and a different id. */
export function unifyBatchDictionaries(
  schema: Schema,
  batches: readonly Batch[],
): { schema: Schema; batches: readonly Batch[] } {
  if (!schema.fields.some(({ type }) => hasDictionary(type))) return { schema, batches };
  const taken = new Set<number>();
  const unifiedColumns = schema.fields.map((field, k) =>
    unifyChunks(
      field.type,
      batches.map((batch) => batch.columns[k]),
      taken,
    ),
  );
  const fields = schema.fields.map((field, k) => fieldOf(field, unifiedColumns[k].type));
  const unified = new Schema(fields, schema.metadata);
  return {
    schema: unified,
    batches: batches.map(({ numRows }, i) => {
      return { schema: unified, numRows, columns: unifiedColumns.map(({ chunks }) => chunks[i]) };
    }),
  };
}

const hasDictionary = (type: DataType): boolean =>
  type.typeId === Type.Dictionary || (type.children ?? []).some((field) => hasDictionary(field.type));

/** A column, or a child of one, in one chunk for each batch. */
interface Chunks {
  readonly type: DataType;
  readonly chunks: readonly Data[];
}

/** Does the same for a column or child, and all that is inside it. */
function unifyChunks(type: DataType, chunks: readonly Data[], taken: Set<number>): Chunks {
  if (!hasDictionary(type) || chunks.length === 0) return { type, chunks };
  if (type.typeId === Type.Dictionary) {
    const unified = unifyDictionaries(type as Dictionary, chunks);
    const own = withUniqueId(unified.type, taken);
    return {
      type: own,
      chunks: unified.chunks.map((chunk) => withDictionary(chunk, own, unified.dictionary)),
    };
  }
  const children = type.children.map((field, k) =>
    unifyChunks(
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      taken,
    ),
  );
  const unified = retype(type, children);
  return {
    type: unified,
    chunks: chunks.map((chunk, i) => {
      const parts = children.map((child) => child.chunks[i]);
      return chunk.clone(unified, chunk.offset, chunk.length, chunk.nullCount, chunk as never, parts);
    }),
  };
}

function withDictionary(chunk: Data, type: Dictionary, dictionary: Data['dictionary']): Data {
  if (chunk.type === type && chunk.dictionary === dictionary) return chunk;
  const data = chunk.clone(type);
  data.dictionary = dictionary;
  return data;
}
