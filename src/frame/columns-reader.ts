import { type Data, type DataType, type Float, Precision, Type, Vector } from 'apache-arrow';
import type { Batch, ColumnVector, NumericArray } from '../arrow/index.js';
import { duplicateName, getBit, keepCompiled, type ValueReader, valueReader } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import type { Column, Columns } from './types.js';

/**
 * Reads groups of one split table as objects of columns. The form of a column, typed array or vector, is
 * decided once for the whole table, so that a function gets the same form for every group.
 */
export interface ColumnsReader {
  /** Reads rows `from` up to `to`; the columns are also appended to `made`, in their order. */
  read(from: number, to: number, made?: Column[]): Columns;
}

const PLAIN = { writable: true, enumerable: true, configurable: true };

/** A column as its rows are read: numbers as they are, a vector, or numbers that are converted. */
type Reader =
  | NumericArray
  | ColumnValues
  | { convert(data: Data, from: number, to: number): Column; readonly data: Data };

/** Makes a reader. */
export function columnsReader({ schema, columns, hasNulls }: Batch): ColumnsReader {
  const names = schema.fields.map((field) => field.name);
  const twice = duplicateName(schema);
  if (twice !== undefined) {
    throw new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `there are two columns '${twice}', which an object of columns cannot have; ` +
        "rename one, or take input: 'arrow'",
    );
  }
  return new AllColumnsReader(
    names,
    columns.map((data, k) => readerOf(data, hasNulls?.[k])),
  );
}

class AllColumnsReader implements ColumnsReader {
  readonly #names: readonly string[];
  readonly #readers: readonly Reader[];
  readonly #protoAt: number;

  constructor(names: readonly string[], readers: readonly Reader[]) {
    this.#names = names;
    this.#readers = readers;
    this.#protoAt = names.indexOf('__proto__');
  }

  read(from: number, to: number, made?: Column[]): Columns {
    const names = this.#names;
    const readers = this.#readers;
    const group: Columns = {};
    for (let k = 0; k < readers.length; k++) {
      const column = readRows(readers[k], from, to);
      made?.push(column);
      // An assignment to `__proto__` would set the prototype instead.
      if (k === this.#protoAt) Object.defineProperty(group, names[k], { value: column, ...PLAIN });
      else group[names[k]] = column;
    }
    return group;
  }
}

keepCompiled(new AllColumnsReader([], []));

function readerOf(data: Data, hasNulls = data.nullCount > 0): Reader {
  const { type } = data;
  if (!isNumber(type)) return new ColumnValues(data);
  if (isHalfFloat(type)) return { convert: halves, data };
  return hasNulls ? { convert: withNaN, data } : (data.values as NumericArray);
}

/** Reads rows. One function that lasts, not a closure a column: V8 drops the code of these between calls. */
function readRows(reader: Reader, from: number, to: number): Column {
  if (ArrayBuffer.isView(reader)) return reader.subarray(from, to);
  if (reader instanceof ColumnValues) return new ColumnView(reader, from, to - from);
  return reader.convert(reader.data, from, to);
}

const isNumber = (type: DataType) => type.typeId === Type.Int || type.typeId === Type.Float;
const isHalfFloat = (type: DataType) =>
  type.typeId === Type.Float && (type as Float).precision === Precision.HALF;

/**
 * Tells whether the columns form shows the memory of this column itself, so that a change to it changes the
 * group.
 */
export function isShownInPlace(data: Data, hasNulls = data.nullCount > 0): boolean {
  return isNumber(data.type) && !isHalfFloat(data.type) && !hasNulls;
}

/** Copies numbers, with NaN for null; integers become float64 for it, as in pandas. */
function withNaN(data: Data, from: number, to: number): Float32Array | Float64Array {
  const values = data.values as unknown as ArrayLike<number | bigint>;
  const Target = (data.values as unknown) instanceof Float32Array ? Float32Array : Float64Array;
  const out = new Target(to - from);
  const validity = data.nullCount > 0 ? (data.nullBitmap as Uint8Array) : undefined;
  for (let i = from; i < to; i++) {
    out[i - from] = !validity || getBit(validity, data.offset + i) ? Number(values[i]) : Number.NaN;
  }
  return out;
}

/** Converts half floats to Float32, with NaN for null. */
function halves(data: Data, from: number, to: number): Float32Array {
  const vector = new Vector([data]);
  return Float32Array.from({ length: to - from }, (_, i) => vector.get(from + i) ?? Number.NaN);
}

/** Returns a column in the form that a group of the columns form has it. */
export function columnOf(data: Data): Column {
  return readRows(readerOf(data), 0, data.length);
}

/**
 * Returns a vector of `length` rows whose data is made when it is first needed.
 *
 * @param read reads a row where its value is already, without that data
 */
export function lazyColumn(length: number, make: () => Data, read?: ValueReader): ColumnVector {
  return new ColumnView(new ColumnValues(make, read), 0, length);
}

/** Returns the Arrow data of a column that is read value by value; undefined for any other value. */
export const viewedData = (value: object): Data | undefined =>
  value instanceof ColumnView ? value.data : undefined;

/** Returns rows `from` up to `to` of a column, without copying those of typed arrays and vectors. */
export function sliceColumn<C>(column: C, from: number, to: number): C {
  if (ArrayBuffer.isView(column)) return (column as unknown as Float64Array).subarray(from, to) as C;
  return (column as unknown as { slice(from: number, to: number): C }).slice(from, to);
}

/**
 * A column of the whole table that is read value by value; its reader is made when the first value is read.
 */
class ColumnValues {
  #source: Data | (() => Data);
  #read: ValueReader | undefined;

  constructor(source: Data | (() => Data), read?: ValueReader) {
    this.#source = source;
    this.#read = read;
  }

  get data(): Data {
    if (typeof this.#source === 'function') this.#source = this.#source();
    return this.#source;
  }

  get read(): ValueReader {
    this.#read ??= valueReader(this.data);
    return this.#read;
  }
}

/**
 * A read-only window on rows of a column. It gives the values that apache-arrow gives, without a Vector for
 * every group.
 */
class ColumnView implements ColumnVector {
  readonly length: number;
  readonly #values: ColumnValues;
  readonly #from: number;

  constructor(values: ColumnValues, from: number, length: number) {
    this.#values = values;
    this.#from = from;
    this.length = length;
  }

  get(index: number): unknown {
    return index >= 0 && index < this.length ? this.#values.read(this.#from + index) : null;
  }

  /** The Arrow data of these rows, for code that reads buffers itself. */
  get data(): Data {
    return this.#values.data.slice(this.#from, this.length);
  }

  /** Returns a view of rows `from` up to `to`. */
  slice(from = 0, to = this.length): ColumnView {
    const first = Math.min(Math.max(0, from), this.length);
    return new ColumnView(this.#values, this.#from + first, Math.max(0, Math.min(to, this.length) - first));
  }

  toArray(): unknown[] {
    const { read } = this.#values;
    const out = new Array(this.length);
    for (let i = 0; i < this.length; i++) out[i] = read(this.#from + i);
    return out;
  }

  *[Symbol.iterator](): IterableIterator<unknown> {
    const { read } = this.#values;
    for (let i = 0; i < this.length; i++) yield read(this.#from + i);
  }
}

/**
 * Tells whether `column`, which the reader made of rows `from` up to `to` of `data`, still has its values.
 */
export function isUnchanged(data: Data, column: Column, from: number, to: number): boolean {
  if (column instanceof ColumnView || isShownInPlace(data)) return true;
  const fresh = readRows(readerOf(data), from, to) as ArrayLike<unknown>;
  const values = column as unknown as ArrayLike<unknown>;
  for (let i = 0; i < fresh.length; i++) if (!Object.is(fresh[i], values[i])) return false;
  return true;
}
