import { DataType, type Schema, type Table } from 'apache-arrow';
import { type Batch, deriveSchema, sliceBatch } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { chunkedColumn, groupRows, scatterTable } from '../../split/index.js';
import { NULL_FOLDER } from '../hive.js';
import { cellWriter, hasText } from './csv/index.js';

/** Rows that go to one file. */
export interface Partition {
  /** The folders of the file, such as `year=2024/category=tea`; empty without partitions. */
  readonly folder: string;
  readonly batch: Batch;
}

/**
 * Returns the schema of the files, without the columns that become folders; throws if there are none left.
 */
export function fileSchema(verb: string, schema: Schema, partitionBy: readonly string[]): Schema {
  for (const name of partitionBy) {
    const field = schema.fields.find((field) => field.name === name);
    if (field === undefined) {
      const names = schema.fields.map(({ name }) => `'${name}'`).join(', ');
      throw new ApplyError(
        'ERR_UNKNOWN_COLUMN',
        `${verb}: partitionBy names the column '${name}'; there are ${names}`,
      );
    }
    if (!hasText(field.type) || DataType.isFloat(field.type)) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb}: column '${name}' is ${field.type}, which cannot be the name of a folder`,
      );
    }
  }
  const fields = schema.fields.filter(({ name }) => !partitionBy.includes(name));
  if (fields.length > 0) return partitionBy.length > 0 ? deriveSchema(schema, fields) : schema;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb}: partitionBy names all columns, and leaves none for the files`,
  );
}

/** Divides rows by the values of columns; the rows of a partition keep their order. */
export function* partitions(
  table: Table,
  partitionBy: readonly string[],
  schema: Schema,
): Generator<Partition> {
  const { fields } = table.schema;
  const positions = partitionBy.map((name) => fields.findIndex((field) => field.name === name));
  const grouping = groupRows(
    positions.map((position) => chunkedColumn(table, position)),
    table.numRows,
    { sort: false, dropna: false, observed: true },
  );
  const { columns } = scatterTable(table, grouping);
  const writers = positions.map((position) => cellWriter(columns[position]));
  const kept = columns.filter((_, k) => !positions.includes(k));
  const all: Batch = { schema, columns: kept, numRows: table.numRows };
  for (let group = 0; group < grouping.numGroups; group++) {
    const [from, to] = [grouping.starts[group], grouping.starts[group + 1]];
    const folders = writers.map((write, k) => folderName(partitionBy[k], write(from)));
    yield { folder: folders.join('/'), batch: sliceBatch(all, from, to) };
  }
}

const folderName = (column: string, value: string | undefined) =>
  `${encode(column)}=${value === undefined ? NULL_FOLDER : encode(value)}`;

/** A text may have half of a character, which cannot be encoded. */
const encode = (text: string) => encodeURIComponent(Buffer.from(text).toString());
