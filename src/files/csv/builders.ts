import { Bool, type Data, DateDay, Float64, Int32, Int64, type Timestamp, Utf8 } from 'apache-arrow';
import { allocateShared, bitmapBytes, dataOf } from '../../arrow/index.js';
import type { Block } from './block.js';
import {
  ColumnBuilder,
  dropSpaces,
  FixedBuilder,
  grown,
  type NullTest,
  skipSpaces,
} from './column-builder.js';
import { arrowType, type ColumnType } from './column-type.js';
import { ESCAPED, type FieldIndex, QUOTED } from './field-index.js';
import { latin1, readFloat } from './numbers.js';
import { newTimeParts, readIsoTime, type TimeReader, timeReaderOf } from './times.js';
import { SHORT_BYTES } from './usual-values.js';

const ZERO = 48;
const MINUS = 45;
const WORD = 2 ** 32;

export interface BuilderOptions {
  readonly capacity: number;
  readonly isNull: NullTest | undefined;
  readonly decimal: number;
  readonly quote: number;
  /** The approximate bytes of a text. */
  readonly textBytes: number;
}

/** Makes the builder of a column. */
export function createBuilder(type: ColumnType, options: BuilderOptions): ColumnBuilder {
  switch (type.kind) {
    case 'int32':
      return new Int32Builder(type, options);
    case 'int64':
      return new Int64Builder(type, options);
    case 'float64':
      return new FloatBuilder(options);
    case 'boolean':
      return new BooleanBuilder(options);
    case 'date':
      return new DateBuilder(type, options);
    case 'timestamp':
      return new TimestampBuilder(type, options);
    case 'text':
      return new TextBuilder(options);
  }
}

class Int32Builder extends FixedBuilder {
  #values!: Int32Array;
  readonly #allowsZeros: boolean;

  constructor({ isDeclared }: ColumnType, { capacity, isNull }: BuilderOptions) {
    super(new Int32(), capacity, isNull, 4);
    this.view();
    this.#allowsZeros = isDeclared;
  }

  protected override view(): void {
    this.#values = new Int32Array(this.bytes.buffer, this.bytes.byteOffset);
  }

  protected override setUsual(block: Block, row: number, column: number): number {
    const count = block.usual.readInt32s(block, row, column, this.#values, this.length);
    this.length += count;
    return count;
  }

  protected override set(bytes: Uint8Array, from: number, to: number): boolean {
    const value = readInteger(bytes, from, to, this.#allowsZeros);
    if ((value | 0) !== value) return false;
    this.#values[this.length] = value;
    return true;
  }
}

class Int64Builder extends FixedBuilder {
  #words!: Int32Array;
  readonly #allowsZeros: boolean;

  constructor({ isDeclared }: ColumnType, { capacity, isNull }: BuilderOptions) {
    super(new Int64(), capacity, isNull, 8);
    this.view();
    this.#allowsZeros = isDeclared;
  }

  protected override view(): void {
    this.#words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset);
  }

  protected override setUsual(block: Block, row: number, column: number): number {
    const count = block.usual.readInt64s(block, row, column, this.#words, this.length);
    this.length += count;
    return count;
  }

  protected override set(bytes: Uint8Array, from: number, to: number): boolean {
    const value = readInteger(bytes, from, to, this.#allowsZeros);
    if (Number.isSafeInteger(value)) {
      setWords(this.#words, this.length, value);
      return true;
    }
    const text = latin1(bytes, from, to).trim();
    if (!/^-?\d+$/.test(text) || (!this.#allowsZeros && /^-?0\d/.test(text))) return false;
    const exact = BigInt(text);
    if (BigInt.asIntN(64, exact) !== exact) return false;
    setBigWords(this.#words, this.length, exact);
    return true;
  }
}

/** Returns a whole number, which is not exact beyond 53 bits; NaN where there is none. */
function readInteger(bytes: Uint8Array, from: number, to: number, allowsZeros: boolean): number {
  let at = bytes[from] <= 32 ? skipSpaces(bytes, from, to) : from;
  const end = bytes[to - 1] <= 32 ? dropSpaces(bytes, at, to) : to;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at++;
  if (at >= end || (bytes[at] === ZERO && end - at > 1 && !allowsZeros)) return Number.NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return isNegative && value !== 0 ? -value : value;
}

function setWords(words: Int32Array, row: number, value: number): void {
  words[row * 2] = value % WORD;
  words[row * 2 + 1] = Math.floor(value / WORD);
}

function setBigWords(words: Int32Array, row: number, value: bigint): void {
  words[row * 2] = Number(BigInt.asIntN(32, value));
  words[row * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

class FloatBuilder extends FixedBuilder {
  #values!: Float64Array;
  readonly #decimal: number;

  constructor({ capacity, isNull, decimal }: BuilderOptions) {
    super(new Float64(), capacity, isNull, 8);
    this.view();
    this.#decimal = decimal;
  }

  protected override view(): void {
    this.#values = new Float64Array(this.bytes.buffer, this.bytes.byteOffset);
  }

  protected override setUsual(block: Block, row: number, column: number): number {
    const count = block.usual.readFloats(block, row, column, this.#values, this.length, this.#decimal);
    this.length += count;
    return count;
  }

  protected override set(bytes: Uint8Array, from: number, to: number): boolean {
    const start = bytes[from] <= 32 ? skipSpaces(bytes, from, to) : from;
    const end = bytes[to - 1] <= 32 ? dropSpaces(bytes, start, to) : to;
    if (start >= end) return false;
    const value = readFloat(bytes, start, end, this.#decimal);
    if (value === undefined) return false;
    this.#values[this.length] = value;
    return true;
  }
}

class BooleanBuilder extends ColumnBuilder {
  #bits: Uint8Array;

  constructor({ capacity, isNull }: BuilderOptions) {
    super(new Bool(), capacity, isNull);
    this.#bits = allocateShared(bitmapBytes(this.capacity));
  }

  protected override grow(capacity: number): void {
    this.#bits = grown(this.#bits, bitmapBytes(capacity));
  }

  protected override set(bytes: Uint8Array, from: number, to: number): boolean {
    const start = skipSpaces(bytes, from, to);
    const length = dropSpaces(bytes, start, to) - start;
    // A letter in lower case has this bit more than in upper case.
    const isTrue = length === 4 && (bytes[start] | 32) === 116;
    if (!isTrue && (length !== 5 || (bytes[start] | 32) !== 102)) return false;
    const word = isTrue ? 'true' : 'false';
    for (let k = 1; k < length; k++) if ((bytes[start + k] | 32) !== word.charCodeAt(k)) return false;
    const bit = 1 << (this.length & 7);
    if (isTrue) this.#bits[this.length >> 3] |= bit;
    else this.#bits[this.length >> 3] &= ~bit;
    return true;
  }

  override finish(): Data {
    const { type, length, nullCount } = this;
    const values = this.#bits.subarray(0, bitmapBytes(length));
    return dataOf(type, length, nullCount, { values, validity: this.validity() });
  }
}

const readerOf = (format: string | undefined): TimeReader =>
  (format === undefined ? undefined : timeReaderOf(format)) ?? readIsoTime;

class DateBuilder extends FixedBuilder {
  #values!: Int32Array;
  readonly #read: TimeReader;
  readonly #parts = newTimeParts();

  constructor({ format }: ColumnType, { capacity, isNull }: BuilderOptions) {
    super(new DateDay(), capacity, isNull, 4);
    this.view();
    this.#read = readerOf(format);
  }

  protected override view(): void {
    this.#values = new Int32Array(this.bytes.buffer, this.bytes.byteOffset);
  }

  protected override setUsual(block: Block, row: number, column: number): number {
    if (this.#read !== readIsoTime) return 0;
    const count = block.usual.readDays(block, row, column, this.#values, this.length);
    this.length += count;
    return count;
  }

  protected override set(bytes: Uint8Array, from: number, to: number): boolean {
    const parts = this.#parts;
    if (!this.#read(bytes, from, to, parts) || parts.hasTime) return false;
    this.#values[this.length] = parts.seconds / 86_400;
    return true;
  }
}

class TimestampBuilder extends FixedBuilder {
  #words!: Int32Array;
  readonly #read: TimeReader;
  readonly #parts = newTimeParts();
  readonly #hasZone: boolean;
  /** Digits of a fraction that the unit holds, and units in a second. */
  readonly #digits: number;
  readonly #perSecond: number;

  constructor(type: ColumnType, { capacity, isNull }: BuilderOptions) {
    super(arrowType(type), capacity, isNull, 8);
    this.view();
    this.#read = readerOf(type.format);
    this.#hasZone = type.hasZone;
    this.#digits = (this.type as Timestamp).unit * 3;
    this.#perSecond = 10 ** this.#digits;
  }

  protected override view(): void {
    this.#words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset);
  }

  protected override setUsual(block: Block, row: number, column: number): number {
    if (this.#read !== readIsoTime) return 0;
    const { usual } = block;
    const count = usual.readTimes(block, row, column, this.#words, this.length, this.#digits, this.#hasZone);
    this.length += count;
    return count;
  }

  protected override set(bytes: Uint8Array, from: number, to: number): boolean {
    const parts = this.#parts;
    if (!this.#read(bytes, from, to, parts) || parts.hasZone !== this.#hasZone) return false;
    if (parts.digits > this.#digits && parts.nanoseconds % 10 ** (9 - this.#digits) !== 0) return false;
    const units = Math.round(parts.nanoseconds / 10 ** (9 - this.#digits));
    const value = parts.seconds * this.#perSecond + units;
    if (Number.isSafeInteger(value)) {
      setWords(this.#words, this.length, value);
      return true;
    }
    const exact = BigInt(parts.seconds) * BigInt(this.#perSecond) + BigInt(units);
    if (BigInt.asIntN(64, exact) !== exact) return false;
    setBigWords(this.#words, this.length, exact);
    return true;
  }
}

/** Returns how many bytes the lines of a block have. */
function spanOf({ starts, ends, numRows, numColumns }: FieldIndex): number {
  return numRows === 0 ? 0 : ends[numRows * numColumns - 1] - starts[0];
}

class TextBuilder extends ColumnBuilder {
  #offsets: Int32Array;
  #bytes: Uint8Array;
  #used = 0;
  readonly #quote: number;

  constructor({ capacity, isNull, quote, textBytes }: BuilderOptions) {
    super(new Utf8(), capacity, isNull);
    this.#quote = quote;
    this.#offsets = new Int32Array(allocateShared((this.capacity + 1) * 4).buffer);
    this.#bytes = allocateShared(Math.max(1024, Math.ceil(this.capacity * textBytes)));
  }

  /** Two quotes are an empty text, and nothing at all is null. */
  protected override isMissing(from: number, to: number, kind: number): boolean {
    return from === to && kind !== QUOTED;
  }

  protected override grow(capacity: number): void {
    const { buffer, byteOffset, byteLength } = this.#offsets;
    const old = new Uint8Array(buffer, byteOffset, byteLength);
    this.#offsets = new Int32Array(grown(old, (capacity + 1) * 4).buffer);
  }

  protected override setUsual(block: Block, row: number, column: number): number {
    const first = this.length;
    // No block has more text than the bytes it spans.
    this.#makeRoom(spanOf(block.index));
    const count = block.usual.copyTexts(block, row, column, this.#offsets, first, this.#bytes);
    this.length += count;
    this.#used = this.#offsets[this.length];
    return count;
  }

  #makeRoom(byteLength: number): void {
    const needed = this.#used + byteLength;
    if (needed > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.ceil(needed * 1.25));
  }

  protected override set(bytes: Uint8Array, from: number, to: number, kind: number): boolean {
    const length = to - from;
    this.#makeRoom(length);
    const target = this.#bytes;
    let used = this.#used;
    if (kind === ESCAPED) {
      for (let at = from; at < to; at++) {
        target[used++] = bytes[at];
        if (bytes[at] === this.#quote) at++;
      }
    } else if (length < SHORT_BYTES) {
      for (let at = from; at < to; at++) target[used++] = bytes[at];
    } else {
      target.set(bytes.subarray(from, to), used);
      used += length;
    }
    this.#used = used;
    this.#offsets[this.length + 1] = used;
    return true;
  }

  protected override setNull(): void {
    this.#offsets[this.length + 1] = this.#used;
  }

  override reset(mark: { length: number; nullCount: number }): void {
    super.reset(mark);
    this.#used = this.#offsets[mark.length];
  }

  override finish(): Data {
    const { type, length, nullCount } = this;
    const offsets = this.#offsets.subarray(0, length + 1);
    const values = this.#bytes.subarray(0, this.#used);
    return dataOf(type, length, nullCount, { offsets, values, validity: this.validity() });
  }
}
