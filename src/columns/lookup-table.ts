import { type Data, Type, Vector } from 'apache-arrow';
import { takeData, valueReader } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { adapterOf, type Column, lazyColumn } from '../frame/index.js';
import { nearest } from '../options/index.js';
import { preview } from '../util/index.js';
import { allocate, columnData, like } from './column.js';
import { type OpenFrame, openFrame } from './frame.js';
import { KeyIndex } from './key-index.js';
import { isNumbers, takeNumbers } from './numbers.js';
import { asPlainColumns } from './window-columns.js';

/** A small table whose rows are found by key. */
export class LookupTable {
  readonly names: readonly string[];
  readonly #column: (name: string) => unknown;
  readonly #data = new Map<string, Data>();
  readonly #readers = new Map<string, (row: number) => unknown>();
  readonly #indexes = new Map<string, KeyIndex>();

  constructor({ names, column }: OpenFrame) {
    this.names = names;
    this.#column = column;
  }

  /**
   * Returns the data of a column in one piece, and throws `ERR_UNKNOWN_COLUMN` for a name it does not have.
   */
  data(name: string): Data {
    let data = this.#data.get(name);
    if (data === undefined) {
      if (!this.names.includes(name)) throw this.#unknown(name);
      data = columnData('lookup', this.#column(name));
      this.#data.set(name, data);
    }
    return data;
  }

  /**
   * Copies rows of a column; -1 is a missing value. Vectors of the columns form read the table until their
   * data is needed. A view would let a function change the table.
   */
  column(name: string, rows: Int32Array, asVector: boolean): Column | Vector {
    const own = this.names.includes(name) ? this.#column(name) : undefined;
    if (!asVector && isNumbers(own)) return takeNumbers(own, rows);
    const data = this.data(name);
    const copy = () => takeData(data, rows, allocate);
    if (asVector) return new Vector([copy()]);
    const isNumber = data.type.typeId === Type.Int || data.type.typeId === Type.Float;
    if (isNumber) return like(undefined, copy());
    const read = this.#readerOf(name, data);
    return lazyColumn(rows.length, copy, (row) => (rows[row] < 0 ? null : read(rows[row])));
  }

  /** Returns what reads a column; it is made once, as it keeps strings. */
  #readerOf(name: string, data: Data): (row: number) => unknown {
    let read = this.#readers.get(name);
    if (read === undefined) {
      read = valueReader(data);
      this.#readers.set(name, read);
    }
    return read;
  }

  /** Returns the index of some keys, which is made once. */
  index(names: readonly string[]): KeyIndex {
    const key = JSON.stringify(names);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = new KeyIndex(
        names,
        names.map((name) => this.data(name)),
      );
      this.#indexes.set(key, index);
    }
    return index;
  }

  #unknown(name: string): ApplyError {
    const near = nearest(name, this.names);
    const advice = near ? `did you mean '${near}'?` : `its columns are ${this.names.join(', ')}`;
    return new ApplyError('ERR_UNKNOWN_COLUMN', `lookup: the table has no column '${name}'; ${advice}`);
  }
}

/** Tables by the frames they were made of, with what shows that a frame has other columns or rows by now. */
const tables = new WeakMap<object, { readonly table: LookupTable; readonly parts: readonly unknown[] }>();

/**
 * Tells whether a column is indexed in less time than the garbage collector takes for an entry in a WeakMap:
 * a function often makes such a table of each group.
 */
const isShortNumbers = (column: unknown): boolean => isNumbers(column) && column.length <= 100;

/** Returns the table of a frame of any kind. It is made once for a frame, unless that is short. */
export function lookupTable(frame: unknown): LookupTable {
  const plain = asPlainColumns(frame) ?? frame;
  const adapter = adapterOf(plain);
  if (adapter === undefined || typeof frame !== 'object' || frame === null) {
    throw new ApplyError(
      'ERR_NOT_A_FRAME',
      `lookup: the table must be a frame of any kind, got ${preview(frame)}`,
    );
  }
  if (adapter.kind === 'columns' && Object.values(plain as object).every(isShortNumbers)) {
    return new LookupTable(openFrame('lookup', plain));
  }
  const parts = partsOf(adapter.kind, plain as object);
  const known = tables.get(frame);
  if (known?.parts.length === parts.length && parts.every((part, k) => part === known.parts[k])) {
    return known.table;
  }
  // Columns are not copied: small tables are often made for one group.
  const isOpen = adapter.kind === 'columns' || adapter.kind === 'arrow';
  const table = new LookupTable(openFrame('lookup', isOpen ? plain : adapter.toArrow(plain)));
  tables.set(frame, { table, parts });
  return table;
}

/**
 * Returns what changes if columns or rows are added to a plain frame: its columns, or its first and last row.
 */
function partsOf(kind: string, frame: object): readonly unknown[] {
  if (kind === 'columns') return Object.entries(frame).flat();
  if (Array.isArray(frame)) return [frame.length, frame[0], frame.at(-1)];
  return [];
}
