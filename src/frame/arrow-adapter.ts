import { type Data, type DataType, type RecordBatch, type Struct, Table, type Vector } from 'apache-arrow';
import type { AnyTable } from '../arrow/index.js';
import {
  type ArrowClasses,
  allocateShared,
  arrowClassesOf,
  concatData,
  convertForeignChunks,
  describeData,
  describeDuplicates,
  describeSchema,
  duplicateName,
  notebookArrowClasses,
  ownArrowClasses,
  reviveData,
  reviveSchema,
  sameType,
} from '../arrow/index.js';
import { ApplyError, type ErrorCode } from '../errors.js';
import { hasArray, hasMethod, isObject, member } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';

/** Arrow tables and record batches of any copy or version of apache-arrow: the inner form itself. */
export const arrowAdapter: FrameAdapter<AnyTable> = {
  kind: 'arrow',
  matches: (value): value is AnyTable => isTable(value) || isRecordBatch(value),
  toArrow: (frame, code = 'ERR_BAD_RESULT') => {
    const table = isRecordBatch(frame) ? new Table([frame]) : frame;
    if (code !== 'ERR_BAD_RESULT') lastArrow = arrowClassesOf(table);
    checkTwins(table, code);
    return toOwnCopy(table);
  },
  fromArrow: (table) => {
    const arrow = notebookArrowClasses() ?? lastArrow;
    if (arrow === undefined) return table;
    try {
      return toCopy(table, arrow);
    } catch {
      // An older version, that lacks one of the types.
      return table;
    }
  },
};

/** Where the last table that was no result came from, unless from this package's copy of apache-arrow: the user gets tables of that copy. */
let lastArrow: ArrowClasses | undefined;

function isTable(value: unknown): value is AnyTable {
  return isObject(value) && hasSchema(value) && hasArray(value, 'batches');
}

function isRecordBatch(value: unknown): value is RecordBatch {
  if (!isObject(value) || !hasSchema(value)) return false;
  const data = member(value, 'data');
  return isObject(data) && hasArray(data, 'children');
}

/** What both have. Others have a schema, too, but no columns by number. */
function hasSchema(value: object): boolean {
  const schema = member(value, 'schema');
  return isObject(schema) && hasArray(schema, 'fields') && hasMethod(value, 'getChildAt');
}

/** Of two columns of one name and different types, apache-arrow gives both the type of the last, and reads the other one wrong. */
function checkTwins(table: AnyTable, code: ErrorCode): void {
  const { schema, batches } = table;
  const twice = duplicateName(schema);
  const [first] = batches as RecordBatch[];
  if (twice === undefined || first === undefined) return;
  const types = first.data.children.map(({ type }) => type);
  if (schema.fields.every(({ type }, k) => sameType(type, types[k]))) return;
  throw new ApplyError(code, `the table ${describeDuplicates(schema, twice, types)}`);
}

/** The same table in classes of the apache-arrow that this package uses, every column a Data; buffers are shared, not copied. */
function toOwnCopy(table: AnyTable): AnyTable {
  const isOwn = Object.getPrototypeOf(table) === Table.prototype;
  return isOwn && table.batches.every(holdsData) ? table : toCopy(table, ownArrowClasses);
}

const holdsData = ({ data }: RecordBatch): boolean => data.children.every(isData);

/** In a table without rows, made of arrays or vectors, apache-arrow leaves Vectors where Data should be. */
const isData = (column: Data | Vector): column is Data => 'children' in column;

function columnData(column: Data | Vector, type: DataType): Data {
  if (isData(column)) return column;
  const chunks = column.data.length > 0 ? convertForeignChunks(column.data) : [];
  return chunks.length === 1 ? chunks[0] : concatData(type, chunks, allocateShared);
}

/** The same table in other classes; buffers are shared. */
function toCopy(table: AnyTable, arrow: ArrowClasses): AnyTable {
  const schema = reviveSchema(describeSchema(table.schema), arrow);
  const type = new arrow.Struct(schema.fields);
  const batches = (table.batches as RecordBatch<Struct['TChildren']>[]).map(
    ({ data: { length, children } }) => {
      const columns = children.map((column, k) => {
        const { type } = schema.fields[k];
        return reviveData(type, describeData(columnData(column, type)), arrow);
      });
      return new arrow.RecordBatch(schema, new arrow.Data(type, 0, length, 0, undefined, columns));
    },
  );
  return new arrow.Table(schema, batches);
}
