import { type RecordBatch, Table } from 'apache-arrow';
import type { AnyTable } from '../arrow/index.js';
import {
  type ArrowClasses,
  arrowClassesOf,
  convertTable,
  describeDuplicates,
  duplicateName,
  notebookArrowClasses,
  ownTable,
  sameType,
} from '../arrow/index.js';
import { ApplyError, type ErrorCode } from '../errors.js';
import { hasArray, hasMethod, isObject, member } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';

/** The adapter of Arrow tables and record batches, of any copy or version of apache-arrow. */
export const arrowAdapter: FrameAdapter<AnyTable> = {
  kind: 'arrow',
  matches: (value): value is AnyTable => isTable(value) || isRecordBatch(value),
  toArrow: (frame, code = 'ERR_BAD_RESULT') => {
    const table = isRecordBatch(frame) ? new Table([frame]) : frame;
    if (code !== 'ERR_BAD_RESULT') lastArrow = arrowClassesOf(table);
    checkDuplicates(table, code);
    return ownTable(table);
  },
  fromArrow: (table) => {
    const arrow = notebookArrowClasses() ?? lastArrow;
    if (arrow === undefined) return table;
    try {
      return convertTable(table, arrow);
    } catch {
      // The user's version of apache-arrow is older and lacks one of the types.
      return table;
    }
  },
};

/**
 * The user's copy of apache-arrow, of which results are made: that of the last table that was no result.
 * Undefined if it is the copy that this package uses.
 */
let lastArrow: ArrowClasses | undefined;

function isTable(value: unknown): value is AnyTable {
  return isObject(value) && hasSchema(value) && hasArray(value, 'batches');
}

function isRecordBatch(value: unknown): value is RecordBatch {
  if (!isObject(value) || !hasSchema(value)) return false;
  const data = member(value, 'data');
  return isObject(data) && hasArray(data, 'children');
}

/**
 * Tells whether a value has a schema and columns by number, as tables and record batches of apache-arrow do.
 */
function hasSchema(value: object): boolean {
  const schema = member(value, 'schema');
  return isObject(schema) && hasArray(schema, 'fields') && hasMethod(value, 'getChildAt');
}

/**
 * Throws for columns of one name and different types: apache-arrow gives both the type of the last one, and
 * reads the other one wrong.
 */
function checkDuplicates(table: AnyTable, code: ErrorCode): void {
  const { schema, batches } = table;
  const twice = duplicateName(schema);
  const [first] = batches as RecordBatch[];
  if (twice === undefined || first === undefined) return;
  const types = first.data.children.map(({ type }) => type);
  if (schema.fields.every(({ type }, k) => sameType(type, types[k]))) return;
  throw new ApplyError(code, `the table ${describeDuplicates(schema, twice, types)}`);
}
