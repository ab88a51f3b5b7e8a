import {
  type Allocate,
  asBytes,
  dataOf,
  isPlainObject,
  type NumericArray,
  numericTypes,
  tagOf,
} from '../arrow/index.js';
import { type FrameResult, type GroupView, registered } from '../frame/index.js';
import type { RowWriter } from './row-writer.js';
import type { Segment, SegmentColumn } from './segment.js';
import type { SharedColumn } from './shared-column.js';
import { isSimpleTable, numbersOf, rowsOfTable } from './table-shape.js';

type Named = { readonly [name: string]: unknown };

/**
 * Small results of one shape: objects or Arrow tables with the same names, numbers of the same classes, and
 * the same columns of the group handed back. Most functions return only such results, so one is read in full,
 * and of the next ones only the numbers are appended.
 */
export class SameShapeResults {
  /** The columns in the order of the results' members. */
  readonly #columns: readonly SharedColumn[];
  /** The position of each column of the combined table among the members. */
  readonly #order: readonly number[];
  /** The columns of the last result that was checked; a getter may return another array the next time. */
  readonly #seen: NumericArray[] = [];
  readonly #writer: RowWriter | undefined;
  /** Tells whether the results are Arrow tables, and no objects. */
  readonly areTables: boolean;
  #first = 0;
  #counts: number[] = [];
  #numRows = 0;

  private constructor(
    columns: readonly SharedColumn[],
    order: readonly number[],
    writer: RowWriter | undefined,
    areTables: boolean,
  ) {
    this.areTables = areTables;
    this.#columns = columns;
    this.#order = order;
    this.#writer = writer;
  }

  /**
   * Makes a collection for results of the shape of `value`, which was read as the given result. It can be
   * added at once; undefined where it has columns of any other kind.
   */
  static like(
    value: unknown,
    { columns, numRows }: FrameResult,
    given: GroupView | undefined,
    writer?: RowWriter,
  ): SameShapeResults | undefined {
    // A registered adapter may recognise a frame by the values of an object, so objects of one shape may
    // differ.
    if (given === undefined || registered().length > 0) return undefined;
    const areTables = isSimpleTable(value);
    if (!areTables && !isPlainObject(value)) return undefined;
    const names = areTables ? columns.map(({ field }) => field.name) : Object.keys(value);
    const places = new Map(names.map((name, k) => [name, k]));
    if (names.length !== columns.length || places.size < names.length) return undefined;
    const order = columns.map(({ field }) => places.get(field.name) ?? -1);
    const shared: SharedColumn[] = [];
    for (const [k, { field, input, chunks }] of columns.entries()) {
      const { name } = field;
      const array = areTables ? numbersOf(chunks[0]) : ((value as Named)[name] as NumericArray);
      if (input !== undefined) shared[order[k]] = { name, field, input };
      else if (array === undefined || !isOwnClass(array)) return undefined;
      else {
        const slot = writer?.slotOf(field);
        const numbers = emptyOf(array, slot === undefined ? numRows * 8 : 0);
        shared[order[k]] = { name, field, slot, numbers };
      }
    }
    const made = new SameShapeResults(shared, order, writer, areTables);
    // A column that `rowsOf` would refuse next time is refused now: a changed column of the group, a vector.
    return made.rowsOf(value, given) === numRows ? made : undefined;
  }

  /** Returns the rows of a value that was returned for `given`; -1 if it has another shape. */
  rowsOf(value: unknown, given: GroupView): number {
    const columns = this.#columns;
    if (this.areTables) return rowsOfTable(value, columns, given, this.#seen);
    if (!isPlainObject(value)) return -1;
    let rows = -1;
    let k = 0;
    // A plain object inherits no enumerable names, and this loop makes no array of names.
    for (const name in value) {
      if (k === columns.length || columns[k].name !== name) return -1;
      const { input, numbers } = columns[k];
      const column = value[name] as NumericArray;
      const fits =
        input !== undefined
          ? given.isUnchanged(input, column)
          : column?.constructor === numbers.constructor && !given.mayBeInput(column);
      if (!fits || (k > 0 && column.length !== rows)) return -1;
      rows = column.length;
      this.#seen[k++] = column;
    }
    return k === columns.length ? rows : -1;
  }

  /** The only group whose result can follow the last one: a segment has consecutive groups. */
  get next(): number {
    return this.#first + this.#counts.length;
  }

  get isEmpty(): boolean {
    return this.#counts.length === 0;
  }

  /**
   * Appends the value that {@link rowsOf} checked last; `group` must be {@link next}, unless this is empty.
   */
  add(group: number, rows: number): void {
    if (this.isEmpty) this.#first = group;
    for (let k = 0; k < this.#columns.length; k++) {
      const column = this.#columns[k];
      if (column.numbers === undefined) continue;
      if (column.slot !== undefined) {
        this.#writer?.writeNumbers(column.slot, group, this.#seen[k]);
        continue;
      }
      if (this.#numRows + rows > column.numbers.length) {
        const larger = emptyOf(column.numbers, 2 * (this.#numRows + rows));
        (larger as Float64Array).set(column.numbers as Float64Array);
        column.numbers = larger;
      }
      // Copies at once: the function still holds the array, and may return it with other values for the next
      // group.
      (column.numbers as Float64Array).set(this.#seen[k] as Float64Array, this.#numRows);
    }
    this.#counts.push(rows);
    this.#numRows += rows;
  }

  /** Returns all results since the last call as one segment, copied to memory of its own. */
  take(allocate: Allocate): Segment {
    const numRows = this.#numRows;
    const segment = {
      first: this.#first,
      counts: Int32Array.from(this.#counts),
      numRows,
      columns: this.#order.map((position): SegmentColumn => {
        const column = this.#columns[position];
        const { field } = column;
        if (column.input !== undefined) return { field, input: column.input };
        const { slot, numbers } = column;
        if (slot !== undefined) return { field, slot };
        const values = copyOf(numbers.subarray(0, numRows), allocate);
        return { field, data: dataOf(field.type, numRows, 0, { values }) };
      }),
    };
    this.#counts = [];
    this.#numRows = 0;
    return segment;
  }
}

/** Tells whether a value is a typed array of numbers of this realm's classes, and of no subclass. */
const isOwnClass = (array: NumericArray): boolean =>
  ArrayBuffer.isView(array) && numericTypes[String(tagOf(array))]?.ArrayType === array.constructor;

type NumericArrayClass = new (
  lengthOrBuffer: number | ArrayBufferLike,
  byteOffset?: number,
  length?: number,
) => NumericArray;

function emptyOf(like: NumericArray, length: number): NumericArray {
  return new (like.constructor as NumericArrayClass)(length);
}

function copyOf(array: NumericArray, allocate: Allocate): NumericArray {
  const bytes = allocate(array.byteLength);
  bytes.set(asBytes(array));
  return new (array.constructor as NumericArrayClass)(bytes.buffer, bytes.byteOffset, array.length);
}
