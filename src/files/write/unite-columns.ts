import { type Field, Schema, type Table } from 'apache-arrow';
import { allocateShared, concatData, deriveSchema, withType } from '../../arrow/index.js';
import { type Segment, schemaOfResults } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import type { FormatName } from '../format.js';
import { storedType } from './stored-schema.js';

/** The columns of some written rows whose types have to be united. */
export type ReadColumns = (names: readonly string[]) => AsyncIterable<Table>;

/**
 * Returns the schema with the types that hold the values of all rows, where the types of the files have
 * nothing in common. It reads these columns as a whole, and throws the error of the column if nothing holds
 * its values.
 *
 * @param clashes the columns, and their errors
 * @param known the schema of the grouped table
 */
export async function uniteColumns(
  schema: Schema,
  read: ReadColumns,
  clashes: ReadonlyMap<string, ApplyError>,
  known: Schema | undefined,
  format: FormatName,
): Promise<Schema> {
  const segments: Segment[] = [];
  for await (const table of read([...clashes.keys()])) {
    const { numRows } = table;
    if (numRows === 0) continue;
    const columns = table.schema.fields.map((field, k) => {
      const chunks = table.batches.map(({ data }) => data.children[k]);
      return { field, data: concatData(field.type, chunks, allocateShared) };
    });
    segments.push({ first: segments.length, counts: Int32Array.of(numRows), numRows, columns });
  }
  const typeOf = (name: string) => typeOfAll(segments, name, known) ?? clashes.get(name);
  const fields = schema.fields.map((field) => {
    if (!clashes.has(field.name)) return field;
    const type = typeOf(field.name);
    if (type instanceof ApplyError) throw type;
    return type ? withType(field, storedType(type, format)) : field;
  });
  return deriveSchema(schema, fields);
}

/** Returns the type of a column of all segments; undefined if none holds the values. */
function typeOfAll(segments: readonly Segment[], name: string, known = new Schema([])) {
  const having = segments
    .map((segment) => ({
      ...segment,
      columns: segment.columns.filter(({ field }: { readonly field: Field }) => field.name === name),
    }))
    .filter(({ columns }) => columns.length > 0);
  try {
    const united = schemaOfResults(having, {
      schema: known,
      describeGroup: String,
      inputRows() {
        throw new TypeError('columns that are united are in memory');
      },
    });
    return united.fields[0].type;
  } catch (error) {
    if (error instanceof ApplyError && error.code === 'ERR_SCHEMA_MISMATCH') return undefined;
    throw error;
  }
}
