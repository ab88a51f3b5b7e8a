import type { Data, DataType } from 'apache-arrow';
import { allocateShared, bitmapBytes, dataOf, typedValues } from '../../arrow/index.js';
import type { Block } from './block.js';
import { PLAIN } from './field-index.js';

const SPACE = 32;
const TAB = 9;

/** The position of a column builder to which it can go back. */
export interface Mark {
  readonly length: number;
  readonly nullCount: number;
}

/** Returns whether a field in no quotes stands for null. */
export interface NullTest {
  (bytes: Uint8Array, from: number, to: number): boolean;
  /** True if a text for null has a digit, so that it may look like a number or a time. */
  readonly hasDigits: boolean;
}

/** Makes a column of the fields of block after block. */
export abstract class ColumnBuilder {
  readonly type: DataType;
  readonly #isNull: NullTest | undefined;
  protected capacity: number;
  length = 0;
  nullCount = 0;
  #validity: Uint8Array | undefined;

  constructor(type: DataType, capacity: number, isNull: NullTest | undefined) {
    this.type = type;
    this.capacity = Math.max(64, capacity);
    this.#isNull = isNull;
  }

  /** Adds the values of a block. Returns the row of the first value that is not of the type, or -1. */
  append(block: Block, column: number): number {
    const { bytes, usual } = block;
    const { starts, ends, kinds, numColumns, numRows } = block.index;
    this.reserve(this.length + numRows);
    const isNull = this.#isNull;
    // A usual value may stand for null, so each value is compared with the texts for null first.
    const readsUsual = isNull === undefined || (this.usualHasDigits && !isNull.hasDigits);
    for (let row = 0; ; row++) {
      if (readsUsual) {
        const first = this.length;
        usual.numNulls = 0;
        row += this.setUsual(block, row, column);
        if (usual.numNulls > 0) this.#addNulls(usual.nulls, usual.numNulls, first);
      }
      if (row >= numRows) return -1;
      const at = row * numColumns + column;
      const from = starts[at];
      const to = ends[at];
      const kind = kinds[at];
      if (
        this.isMissing(from, to, kind) ||
        (isNull !== undefined && kind === PLAIN && isNull(bytes, from, to))
      ) {
        this.#addNull();
      } else if (!this.set(bytes, from, to, kind)) return row;
      this.length++;
    }
  }

  /**
   * Sets the values from a row of the block on, up to the first one that takes a slower way. Returns how many
   * it set, and adds them to `length`.
   */
  protected setUsual(_block: Block, _row: number, _column: number): number {
    return 0;
  }

  /** True if all values that {@link setUsual} takes have a digit or are empty. */
  protected get usualHasDigits(): boolean {
    return false;
  }

  /** Sets the value of row `length`. Returns false if the text is not of the type. */
  protected abstract set(bytes: Uint8Array, from: number, to: number, kind: number): boolean;

  /** Makes room for `capacity` rows. */
  protected abstract grow(capacity: number): void;

  /** Returns whether a field stands for null by its length alone. */
  protected isMissing(from: number, to: number, _kind: number): boolean {
    return from === to;
  }

  protected setNull(): void {}

  abstract finish(): Data;

  mark(): Mark {
    return { length: this.length, nullCount: this.nullCount };
  }

  /** Takes back what was added after a mark. */
  reset({ length, nullCount }: Mark): void {
    if (this.#validity && this.nullCount > nullCount) {
      for (let row = length; row <= this.length; row++) this.#validity[row >> 3] |= 1 << (row & 7);
    }
    this.length = length;
    this.nullCount = nullCount;
  }

  protected reserve(rows: number): void {
    if (rows <= this.capacity) return;
    this.capacity = Math.max(rows, Math.ceil(this.capacity * 1.5));
    this.grow(this.capacity);
    if (this.#validity) this.#validity = grown(this.#validity, bitmapBytes(this.capacity), 255);
  }

  protected validity(): Uint8Array | undefined {
    if (this.nullCount === 0 || this.#validity === undefined) return undefined;
    const bytes = this.#validity.subarray(0, bitmapBytes(this.length));
    // Bits behind the last row are zero, as in bitmaps that others write.
    const rest = this.length & 7;
    if (rest > 0) bytes[this.length >> 3] &= (1 << rest) - 1;
    return bytes;
  }

  /** Marks rows as null that have a place already: so many behind `first`. */
  #addNulls(rows: Int32Array, count: number, first: number): void {
    this.#validity ??= grown(new Uint8Array(0), bitmapBytes(this.capacity), 255);
    for (let k = 0; k < count; k++) {
      const row = first + rows[k];
      this.#validity[row >> 3] &= ~(1 << (row & 7));
    }
    this.nullCount += count;
  }

  #addNull(): void {
    this.#validity ??= grown(new Uint8Array(0), bitmapBytes(this.capacity), 255);
    this.#validity[this.length >> 3] &= ~(1 << (this.length & 7));
    this.nullCount++;
    this.setNull();
  }
}

/** Returns a larger copy in shared memory, with `fill` in the new bytes. */
export function grown(bytes: Uint8Array, byteLength: number, fill = 0): Uint8Array {
  const larger = allocateShared(byteLength);
  larger.set(bytes);
  if (fill !== 0) larger.fill(fill, bytes.length);
  return larger;
}

/** A column whose rows take a fixed number of bytes each. */
export abstract class FixedBuilder extends ColumnBuilder {
  protected bytes: Uint8Array;
  readonly #width: number;

  constructor(type: DataType, capacity: number, isNull: NullTest | undefined, width: number) {
    super(type, capacity, isNull);
    this.#width = width;
    this.bytes = allocateShared(this.capacity * width);
  }

  protected override get usualHasDigits(): boolean {
    return true;
  }

  /** Lays typed arrays over the bytes; called by the constructor, and whenever the bytes have moved. */
  protected abstract view(): void;

  protected override grow(capacity: number): void {
    this.bytes = grown(this.bytes, capacity * this.#width);
    this.view();
  }

  override finish(): Data {
    const { type, length, nullCount } = this;
    const values = typedValues(type, this.bytes.subarray(0, length * this.#width));
    return dataOf(type, length, nullCount, { values, validity: this.validity() });
  }
}

/** Returns the position behind spaces; `to` if there is nothing else. */
export function skipSpaces(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

/** Returns the position before spaces at the end. */
export function dropSpaces(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && (bytes[at - 1] === SPACE || bytes[at - 1] === TAB)) at--;
  return at;
}
