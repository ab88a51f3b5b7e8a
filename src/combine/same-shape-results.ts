import type { Field } from 'apache-arrow';
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
import type { Segment, SegmentColumn } from './segment.js';

type Named = { readonly [name: string]: unknown };

/** A column of every result: handed back from the group, or numbers. */
type AlikeColumn =
  | { readonly name: string; readonly field: Field; readonly input: number; readonly numbers?: undefined }
  | { readonly name: string; readonly field: Field; readonly input?: undefined; numbers: NumericArray };

/**
 * Small results that look alike: objects of the same names, with typed arrays of the same classes and the same columns of the group
 * handed back. Most functions return nothing else, so what one such result was read as holds for the next, which costs no more
 * than to append its numbers.
 */
export class SameShapeResults {
  readonly #columns: readonly AlikeColumn[];
  /** The columns of the result looked at last. A getter may give another array the next time. */
  readonly #seen: NumericArray[] = [];
  #first = 0;
  #counts: number[] = [];
  #numRows = 0;

  private constructor(columns: readonly AlikeColumn[]) {
    this.#columns = columns;
  }

  /** What results like this one, which can be added at once, are collected in; undefined where it has any other columns. */
  static like(
    value: unknown,
    { columns, numRows }: FrameResult,
    given: GroupView | undefined,
  ): SameShapeResults | undefined {
    // A user's adapter may take an object for a frame by what is in it.
    if (given === undefined || !isPlainObject(value) || registered().length > 0) return undefined;
    if (Object.keys(value).length !== columns.length) return undefined;
    const alike: AlikeColumn[] = [];
    for (const { field, input } of columns) {
      const { name } = field;
      const array = (value as Named)[name] as NumericArray;
      if (input !== undefined) alike.push({ name, field, input });
      else if (isOwnClass(array)) alike.push({ name, field, numbers: emptyOf(array, numRows * 8) });
      else return undefined;
    }
    const made = new SameShapeResults(alike);
    // What would not be recognised the next time is none: a column of the group with other values, a vector.
    return made.rowsOf(value, given) === numRows ? made : undefined;
  }

  /** The rows of a result of `given` that looks like the others; -1 for one that does not. */
  rowsOf(value: unknown, given: GroupView): number {
    if (!isPlainObject(value)) return -1;
    const columns = this.#columns;
    let rows = -1;
    let k = 0;
    // Of a plain object these are its own names, and no array of them is made.
    for (const name in value) {
      if (k === columns.length || columns[k].name !== name) return -1;
      const { input, numbers } = columns[k];
      const column = value[name] as NumericArray;
      const isLike =
        input !== undefined
          ? given.isColumn(input, column)
          : column?.constructor === numbers.constructor && !given.isAnyColumn(column);
      if (!isLike || (k > 0 && column.length !== rows)) return -1;
      rows = column.length;
      this.#seen[k++] = column;
    }
    return k === columns.length ? rows : -1;
  }

  /** The group whose result would follow the last one. */
  get next(): number {
    return this.#first + this.#counts.length;
  }

  get isEmpty(): boolean {
    return this.#counts.length === 0;
  }

  /** Appends the result that {@link rowsOf} has seen, of group {@link next}, or of any group if it is the first. */
  add(group: number, rows: number): void {
    if (this.isEmpty) this.#first = group;
    for (let k = 0; k < this.#columns.length; k++) {
      const column = this.#columns[k];
      if (column.numbers === undefined) continue;
      if (this.#numRows + rows > column.numbers.length) {
        const larger = emptyOf(column.numbers, 2 * (this.#numRows + rows));
        (larger as Float64Array).set(column.numbers as Float64Array);
        column.numbers = larger;
      }
      // Copied at once: the function still holds the array, and may return it again with other values for the next group.
      (column.numbers as Float64Array).set(this.#seen[k] as Float64Array, this.#numRows);
    }
    this.#counts.push(rows);
    this.#numRows += rows;
  }

  /** All since the last call, as one segment in memory of its own. */
  take(allocate: Allocate): Segment {
    const numRows = this.#numRows;
    const segment = {
      first: this.#first,
      counts: Int32Array.from(this.#counts),
      numRows,
      columns: this.#columns.map(({ field, input, numbers }): SegmentColumn => {
        if (input !== undefined) return { field, input };
        const values = copyOf(numbers.subarray(0, numRows), allocate);
        return { field, data: dataOf(field.type, numRows, 0, { values }) };
      }),
    };
    this.#counts = [];
    this.#numRows = 0;
    return segment;
  }
}

/** A typed array of numbers as this realm makes them, no subclass. */
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
