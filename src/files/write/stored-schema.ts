import { DataType, Dictionary, type Field, Int32, Schema } from 'apache-arrow';
import {
  type Batch,
  deriveSchema,
  duplicateName,
  nullData,
  sameType,
  withFields,
  withType,
} from '../../arrow/index.js';
import { castData, commonType } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import type { FormatName } from '../format.js';

/**
 * Returns the schema in which columns are written. The indices of dictionaries have 32 bits: how many values
 * there will be is not known when the first rows are written.
 */
export function storedSchema(verb: string, { fields, metadata }: Schema, format: FormatName): Schema {
  const twice = duplicateName(new Schema(fields));
  if (twice !== undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `${verb}: two columns are named '${twice}', and readers of files find columns by name; rename one`,
    );
  }
  return new Schema(
    // Nullable, since results that come later may lack the column.
    fields.map((field) => withType(field, storedType(field.type, format)).clone({ nullable: true })),
    metadata,
  );
}

function storedType(type: DataType, format: FormatName): DataType {
  if (!(type instanceof Dictionary)) return withoutDictionaries(type);
  const { dictionary, indices, isOrdered } = type;
  // Readers of Parquet make dictionaries of text alone.
  const isStored = format !== 'parquet' || isText(dictionary);
  if (!isStored || hasDictionary(dictionary)) return withoutDictionaries(dictionary);
  // A new id: columns that have one id would share a dictionary.
  return new Dictionary(dictionary, indices.bitWidth > 32 ? indices : new Int32(), null, isOrdered);
}

const isText = (type: DataType): boolean => DataType.isUtf8(type) || DataType.isLargeUtf8(type);

/** Returns a nested type with plain values in the place of dictionaries, which few readers take inside. */
function withoutDictionaries(type: DataType): DataType {
  if (type instanceof Dictionary) return withoutDictionaries(type.dictionary);
  if (!hasDictionary(type)) return type;
  const children = type.children.map((field: Field) =>
    field.clone({ type: withoutDictionaries(field.type) }),
  );
  return withFields(type, children);
}

const hasDictionary = (type: DataType): boolean =>
  DataType.isDictionary(type) || (type.children ?? []).some((field: Field) => hasDictionary(field.type));

/** Returns the schema that holds the rows of both: `known` itself if it is that one. */
export function widenSchema(
  known: Schema,
  added: Schema,
  { verb, from, format }: { readonly verb: string; readonly from: string; readonly format: FormatName },
): Schema {
  const fields = new Map<string, Field>(known.fields.map((field) => [field.name, field]));
  let isSame = true;
  for (const field of added.fields) {
    const before = fields.get(field.name);
    const own = storedType(field.type, format);
    const type = before ? commonType(before.type, own) : own;
    if (type === undefined) {
      throw new ApplyError(
        'ERR_SCHEMA_MISMATCH',
        `${verb}: column '${field.name}' is ${before?.type} in what was written before, ` +
          `and ${field.type} in ${from}; no type holds the values of both`,
      );
    }
    if (before && sameType(type, before.type)) continue;
    isSame = false;
    fields.set(field.name, withType(before ?? field, storedType(type, format)).clone({ nullable: true }));
  }
  return isSame ? known : deriveSchema(known, [...fields.values()]);
}

/** Returns a batch with the columns of a schema, which holds all of its values. */
export function fitBatch({ schema: own, columns, numRows }: Batch, schema: Schema): Batch {
  if (own === schema) return { schema, columns, numRows };
  const found = new Map(own.fields.map(({ name }, k) => [name, columns[k]]));
  return {
    schema,
    numRows,
    columns: schema.fields.map(({ name, type }: Field) => {
      const data = found.get(name);
      return data ? castData(data, type) : nullData(type, numRows);
    }),
  };
}
