import { type RecordBatch, type Struct, Table } from 'apache-arrow';
import type { FrameAdapter } from './adapter.js';
import { type ArrowClasses, arrowOf, arrowOfNotebook, ownArrow } from './arrow-classes.js';
import { hasArray, hasMethod, isObject, member } from './member.js';
import type { AnyTable } from './types.js';
import { describeData, describeSchema, reviveData, reviveSchema } from './wire.js';

/** Arrow tables and record batches of any copy or version of apache-arrow: the inner form itself. */
export const arrowAdapter: FrameAdapter<AnyTable> = {
  kind: 'arrow',
  matches: (value): value is AnyTable => isTable(value) || isRecordBatch(value),
  toArrow: (frame, code = 'ERR_BAD_RESULT') => {
    const table = isRecordBatch(frame) ? new Table([frame]) : frame;
    if (code !== 'ERR_BAD_RESULT') lastArrow = arrowOf(table);
    return toOwnCopy(table);
  },
  fromArrow: (table) => {
    const arrow = arrowOfNotebook() ?? lastArrow;
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

/** The same table in classes of the apache-arrow that this package uses; buffers are shared, not copied. */
function toOwnCopy(table: AnyTable): AnyTable {
  return Object.getPrototypeOf(table) === Table.prototype ? table : toCopy(table, ownArrow);
}

/** The same table in other classes; buffers are shared. */
function toCopy(table: AnyTable, arrow: ArrowClasses): AnyTable {
  const schema = reviveSchema(describeSchema(table.schema), arrow);
  const type = new arrow.Struct(schema.fields);
  const batches = (table.batches as RecordBatch<Struct['TChildren']>[]).map(
    ({ data: { length, children } }) => {
      const columns = children.map((data, k) => reviveData(schema.fields[k].type, describeData(data), arrow));
      return new arrow.RecordBatch(schema, new arrow.Data(type, 0, length, 0, undefined, columns));
    },
  );
  return new arrow.Table(schema, batches);
}
