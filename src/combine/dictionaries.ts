import { type Data, Dictionary, Schema, Type } from 'apache-arrow';
import { type Batch, unifyDictionaries } from '../frame/index.js';

/**
 * Gives every dictionary column one dictionary for all batches, and an id of its own: ids are counted per thread, so two workers'
 * columns may claim the same one, and a file written from such a table would mix them up.
 */
export function settleDictionaries(
  schema: Schema,
  batches: readonly Batch[],
): { schema: Schema; batches: readonly Batch[] } {
  if (!schema.fields.some(({ type }) => type.typeId === Type.Dictionary)) return { schema, batches };
  const ids = new Set<number>();
  const columns = batches.map((batch) => [...batch.columns]);
  const fields = schema.fields.map((field, k) => {
    if (field.type.typeId !== Type.Dictionary) return field;
    const unified = unifyDictionaries(
      field.type,
      columns.map((batch) => batch[k]),
    );
    const type = withOwnId(unified.type, ids);
    unified.chunks.forEach((chunk, batch) => {
      columns[batch][k] = withDictionary(chunk, type, unified.dictionary);
    });
    return type === field.type ? field : field.clone({ type });
  });
  const settled = new Schema(fields, schema.metadata);
  return {
    schema: settled,
    batches: batches.map(({ numRows }, i) => ({ schema: settled, numRows, columns: columns[i] })),
  };
}

function withOwnId(type: Dictionary, taken: Set<number>): Dictionary {
  const own = taken.has(type.id) ? new Dictionary(type.dictionary, type.indices, null, type.isOrdered) : type;
  if (taken.has(own.id)) return withOwnId(own, taken);
  taken.add(own.id);
  return own;
}

function withDictionary(chunk: Data, type: Dictionary, dictionary: Data['dictionary']): Data {
  if (chunk.type === type && chunk.dictionary === dictionary) return chunk;
  const data = chunk.clone(type);
  data.dictionary = dictionary;
  return data;
}
