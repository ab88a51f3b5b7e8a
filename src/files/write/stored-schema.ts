import { DataType, Dictionary, type Field, Int32, Schema } from 'apache-arrow';
import { type Batch, duplicateName, nullData, withFields, withType } from '../../arrow/index.js';
import { castData } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import type { FormatName } from '../format.js';

/** Throws if two columns have one name. */
export function checkNames(verb: string, { fields }: Schema): void {
  const twice = duplicateName(new Schema(fields));
  if (twice !== undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `${verb}: two columns are named '${twice}', and readers of files find columns by name; rename one`,
    );
  }
}

/**
 * Returns the schema in which columns are written. The indices of dictionaries have 32 bits: how many values
 * there will be is not known when the first rows are written.
 */
export function storedSchema({ fields, metadata }: Schema, format: FormatName): Schema {
  return new Schema(
    // Nullable, since results that come later may lack the column.
    fields.map((field) => withType(field, storedType(field.type, format)).clone({ nullable: true })),
    metadata,
  );
}

/** Returns the type in which a column of a type is written. */
export function storedType(type: DataType, format: FormatName): DataType {
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
