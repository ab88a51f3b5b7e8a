import { Field, Schema, Table, type Vector } from 'apache-arrow';
import { type AnyTable, tableOf } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { adapterOf, isColumnLike } from '../frame/index.js';
import { nearest } from '../options/index.js';
import { preview } from '../util/index.js';
import { columnData, invalid } from './column.js';
import { asPlainColumns } from './window-columns.js';

type PlainColumns = { readonly [name: string]: unknown };

/** A frame as its columns by name. */
export interface OpenFrame {
  readonly names: readonly string[];
  readonly numRows: number;
  column(name: string): unknown;
}

/** Reads a frame of the columns form or an Arrow table, and throws for any other value. */
export function openFrame(verb: string, frame: unknown): OpenFrame {
  if (isTable(frame)) {
    const { schema, numRows } = frame;
    return { names: schema.fields.map(({ name }) => name), numRows, column: (name) => frame.getChild(name) };
  }
  const columns = asPlainColumns(frame) ?? frame;
  if (typeof columns !== 'object' || columns === null || isColumnLike(columns)) throw notAFrame(verb, frame);
  const names = Object.keys(columns);
  let numRows = -1;
  // A loop, since functions call helpers for groups of a few rows.
  for (const name of names) {
    const column = (columns as PlainColumns)[name];
    if (!isColumnLike(column)) throw notAFrame(verb, frame);
    if (numRows === -1) numRows = column.length;
    else if (column.length !== numRows) throw unequal(verb, names, columns as PlainColumns);
  }
  return { names, numRows: Math.max(0, numRows), column: (name) => (columns as PlainColumns)[name] };
}

function notAFrame(verb: string, frame: unknown): ApplyError {
  const kind = adapterOf(frame)?.kind;
  const found = kind === undefined ? preview(frame) : `a frame of kind '${kind}'`;
  return new ApplyError(
    'ERR_NOT_A_FRAME',
    `${verb} takes an object of columns or an Arrow table, got ${found}; ` +
      "a function gets its group as such with the option input: 'columns' or input: 'arrow'",
  );
}

/** Returns the error of columns of different lengths, which names the first two that differ. */
function unequal(verb: string, names: readonly string[], columns: PlainColumns): ApplyError {
  const lengths = names.map((name) => (columns[name] as ArrayLike<unknown>).length);
  const other = lengths.findIndex((length) => length !== lengths[0]);
  return invalid(
    `${verb}: columns of different lengths: '${names[0]}' has ${lengths[0]} values and ` +
      `'${names[other]}' has ${lengths[other]}`,
  );
}

/** Returns the number of rows of a frame. */
export const rowsIn = (verb: string, frame: unknown): number => openFrame(verb, frame).numRows;

/** Returns a column of a frame, and throws `ERR_UNKNOWN_COLUMN` for a name that it does not have. */
export function columnIn(verb: string, frame: OpenFrame, name: unknown): unknown {
  if (typeof name === 'string' && frame.names.includes(name)) return frame.column(name);
  const near = typeof name === 'string' ? nearest(name, frame.names) : undefined;
  throw new ApplyError(
    'ERR_UNKNOWN_COLUMN',
    `${verb}: there is no column ${preview(name)}` +
      (near ? `; did you mean '${near}'?` : `; the columns are ${frame.names.join(', ') || '(none)'}`),
  );
}

/** Makes a frame of the same kind of what `map` makes of each column. */
export function mapColumns(verb: string, frame: unknown, map: (column: unknown) => unknown): unknown {
  const { names, column } = openFrame(verb, frame);
  if (!isTable(frame)) return plainColumns(names.map((name) => [name, map(column(name))]));
  const made = frame.schema.fields.map((_, k) => map(frame.getChildAt(k)) as Vector);
  const [{ length } = { length: frame.numRows }] = made;
  return tableOfVectors(frame.schema, made, length);
}

/** Returns a frame with further columns. */
export function withColumns(
  verb: string,
  frame: unknown,
  added: readonly (readonly [name: string, column: unknown])[],
  { names, numRows, column } = openFrame(verb, frame),
): unknown {
  if (!isTable(frame)) {
    return plainColumns([...names.map((name) => [name, column(name)] as const), ...added]);
  }
  const fields = added.map(([name, each]) => new Field(name, (each as Vector).type, true));
  const own = frame.schema.fields.map((_, k) => frame.getChildAt(k) as Vector);
  const schema = new Schema([...frame.schema.fields, ...fields], frame.schema.metadata);
  return tableOfVectors(schema, [...own, ...added.map(([, each]) => each as Vector)], numRows);
}

function plainColumns(entries: readonly (readonly [name: string, column: unknown])[]): PlainColumns {
  return Object.fromEntries(entries);
}

/** Makes a table of one batch; a column in several chunks is copied. */
function tableOfVectors(schema: Schema, vectors: readonly Vector[], numRows: number): Table {
  const columns = vectors.map((vector) => columnData('table', vector));
  const fields = schema.fields.map((field, k) =>
    field.type === columns[k].type ? field : field.clone({ type: columns[k].type }),
  );
  const own = new Schema(fields, schema.metadata);
  return tableOf(own, [{ schema: own, columns, numRows }]);
}

/** Tells whether a frame is an Arrow table, of any copy of apache-arrow. */
export function isTable(frame: unknown): frame is AnyTable {
  if (frame instanceof Table) return true;
  const mayBe = typeof frame === 'object' && frame !== null && 'schema' in frame;
  return mayBe && adapterOf(frame)?.kind === 'arrow';
}
