import { Bool, type DataType, DateDay, Float64, Int32, Int64, Timestamp, TimeUnit, Utf8 } from 'apache-arrow';
import type { Block } from './block.js';
import type { NullTest } from './column-builder.js';
import { PLAIN } from './field-index.js';
import { latin1, readFloat } from './numbers.js';
import type { Dialect } from './options.js';
import { newTimeParts, readIsoTime, type TimeReader, timeReaderOf } from './times.js';

/** The type of a column of a CSV file, as it is posted to workers. */
export interface ColumnType {
  readonly kind: 'int32' | 'int64' | 'float64' | 'boolean' | 'date' | 'timestamp' | 'text';
  /** The unit of a timestamp. With `hasZone` its texts name a time zone. */
  readonly unit: TimeUnit;
  readonly hasZone: boolean;
  /** The format of a date or timestamp; undefined for ISO's. */
  readonly format: string | undefined;
  /** True for a type that the user gave: numbers may then begin with zeros. */
  readonly isDeclared: boolean;
}

const plain = { unit: TimeUnit.MILLISECOND, hasZone: false, format: undefined, isDeclared: false };

export function arrowType({ kind, unit, hasZone }: ColumnType): DataType {
  switch (kind) {
    case 'int32':
      return new Int32();
    case 'int64':
      return new Int64();
    case 'float64':
      return new Float64();
    case 'boolean':
      return new Bool();
    case 'date':
      return new DateDay();
    case 'timestamp':
      return new Timestamp(unit, hasZone ? 'UTC' : undefined);
    case 'text':
      return new Utf8();
  }
}

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const LEADING_ZERO = /^-?0\d/;
const BOOLEAN = /^(?:true|false)$/i;
/** Larger whole numbers become 64 bits wide, so that a column may grow a little beyond its samples. */
const MOST_INT32 = 2 ** 30;
const MOST_INT64 = 2n ** 63n - 1n;

/** Finds the type of a column from samples of its values. */
export class TypeGuess {
  readonly #dialect: Dialect;
  readonly #readers: readonly { format: string | undefined; read: TimeReader }[];
  #count = 0;
  /** The types that all values so far can have. */
  #canBe = { integer: true, int32: true, float: true, boolean: true, text: true };
  #times: { format: string | undefined; read: TimeReader }[];
  #digits = 0;
  #hasTime = false;
  #zones = 0;
  readonly #parts = newTimeParts();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#readers = [
      { format: undefined, read: readIsoTime },
      ...dialect.dateFormats.map((format) => ({ format, read: timeReaderOf(format) as TimeReader })),
    ];
    this.#times = [...this.#readers];
  }

  /** Takes the values of a column of a block. Values in no quotes for which `isNull` is true are left out. */
  addColumn(block: Block, column: number, isNull: NullTest | undefined): void {
    const { starts, ends, kinds, numColumns, numRows } = block.index;
    for (let row = 0; row < numRows && !this.#isText(); row++) {
      if (!isNull?.hasDigits) row += this.#addPlainNumbers(block, row, column);
      if (row >= numRows) return;
      const field = row * numColumns + column;
      const from = starts[field];
      const to = ends[field];
      const isMissing = from === to || (kinds[field] === PLAIN && isNull?.(block.bytes, from, to));
      if (!isMissing) this.add(block.bytes, from, to);
    }
  }

  /** Returns true once only text holds all values; others change nothing any more. */
  #isText(): boolean {
    const { float, boolean } = this.#canBe;
    return this.#count > 0 && !float && !boolean && this.#times.length === 0;
  }

  /** Takes the plain numbers from a row on, as {@link add} would. Returns how many rows it took. */
  #addPlainNumbers(block: Block, row: number, column: number): number {
    const canBe = this.#canBe;
    if (!canBe.float || this.#dialect.dateFormats.length > 0) return 0;
    const { decimal } = this.#dialect;
    const { count, numValues, hasFraction } = block.usual.countNumbers(block, row, column, decimal);
    if (numValues > 0) {
      this.#count += numValues;
      canBe.boolean = false;
      canBe.integer &&= !hasFraction;
      this.#times = [];
    }
    return count;
  }

  /** Takes a value that is not null. */
  add(bytes: Uint8Array, from: number, to: number): void {
    this.#count++;
    const canBe = this.#canBe;
    // Takes nearly all numbers without making texts of them.
    if (canBe.float && this.#dialect.dateFormats.length === 0 && this.#addPlainNumber(bytes, from, to))
      return;
    if (canBe.boolean) canBe.boolean = BOOLEAN.test(latin1(bytes, from, to));
    if (canBe.float) this.#addNumber(bytes, from, to);
    if (this.#times.length === 0) return;
    const isTime = ({ read }: { read: TimeReader }) => read(bytes, from, to, this.#parts);
    if (!this.#times.every(isTime)) this.#times = this.#times.filter(isTime);
    if (this.#times.length === 0) return;
    this.#digits = Math.max(this.#digits, this.#parts.digits);
    this.#hasTime ||= this.#parts.hasTime;
    if (this.#parts.hasZone) this.#zones++;
  }

  /** Takes a number without spaces, an exponent or zeros in front. Returns false for any other value. */
  #addPlainNumber(bytes: Uint8Array, from: number, to: number): boolean {
    const start = bytes[from] === 45 ? from + 1 : from;
    if (bytes[start] === 48 && bytes[start + 1] !== this.#dialect.decimal && to - start > 1) return false;
    let at = start;
    while (at < to && bytes[at] >= 48 && bytes[at] <= 57) at++;
    const whole = at - start;
    if (whole === 0 || whole > 9) return false;
    let isInteger = true;
    if (at < to) {
      if (bytes[at] !== this.#dialect.decimal || at + 1 === to) return false;
      for (at++; at < to && bytes[at] >= 48 && bytes[at] <= 57; ) at++;
      if (at < to) return false;
      isInteger = false;
    }
    if (isInteger) this.#canBe.int32 &&= whole < 9 || Number(latin1(bytes, start, to)) <= MOST_INT32;
    else this.#canBe.integer = false;
    this.#canBe.boolean = false;
    this.#times = [];
    return true;
  }

  #addNumber(bytes: Uint8Array, from: number, to: number): void {
    const canBe = this.#canBe;
    const text = latin1(bytes, from, to).trim();
    // Numbers with leading zeros are names: postal codes, article numbers.
    const value = LEADING_ZERO.test(text) && !/[.,]/.test(text) ? undefined : this.#float(text);
    if (value === undefined || (text.startsWith('+') && INTEGER.test(text.slice(1)))) {
      canBe.float = false;
      canBe.integer = false;
      return;
    }
    if (!canBe.integer) return;
    if (!INTEGER.test(text)) canBe.integer = false;
    else if (Math.abs(value) > MOST_INT32) {
      canBe.int32 = false;
      const exact = BigInt(text);
      if (exact > MOST_INT64 || exact < -MOST_INT64 - 1n) {
        // No number holds all of its digits.
        canBe.integer = false;
        canBe.float = false;
      }
    }
  }

  #float(text: string): number | undefined {
    const bytes = Buffer.from(text, 'latin1');
    return bytes.length === 0 ? undefined : readFloat(bytes, 0, bytes.length, this.#dialect.decimal);
  }

  take(): ColumnType {
    const { integer, int32, float, boolean } = this.#canBe;
    if (this.#count === 0) return { ...plain, kind: 'text' };
    if (boolean) return { ...plain, kind: 'boolean' };
    if (float && integer) return { ...plain, kind: int32 ? 'int32' : 'int64' };
    if (float) return { ...plain, kind: 'float64' };
    const time = this.#timeType();
    return time ?? { ...plain, kind: 'text' };
  }

  #timeType(): ColumnType | undefined {
    const [first] = this.#times;
    if (first === undefined) return undefined;
    const { format } = first;
    if (!this.#hasTime) return { ...plain, kind: 'date', format };
    // Times with a time zone and times without one are not one kind of value.
    if (this.#zones > 0 && this.#zones < this.#count) return undefined;
    return { ...plain, kind: 'timestamp', unit: unitOf(this.#digits), hasZone: this.#zones > 0, format };
  }

  /** Returns the type that the user gave, with unit, zone and format as the samples have them. */
  declared(kind: ColumnType['kind']): ColumnType {
    const guessed = this.#timeType();
    const { unit, hasZone } = guessed ?? plain;
    const format = guessed ? guessed.format : this.#dialect.dateFormats[0];
    return { kind, unit, hasZone, format, isDeclared: true };
  }
}

function unitOf(digits: number): TimeUnit {
  if (digits <= 3) return TimeUnit.MILLISECOND;
  return digits <= 6 ? TimeUnit.MICROSECOND : TimeUnit.NANOSECOND;
}
