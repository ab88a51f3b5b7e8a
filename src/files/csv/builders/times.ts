import { DateDay, type Timestamp } from 'apache-arrow';
import type { Block } from '../block.js';
import { FixedBuilder } from '../column-builder.js';
import { arrowType, type ColumnType } from '../column-type.js';
import { newTimeParts, readIsoTime, type TimeReader, timeReaderOf } from '../times.js';
import type { BuilderOptions } from './options.js';
import { setBigWords, setWords } from './words.js';

const readerOf = (format: string | undefined): TimeReader =>
  (format === undefined ? undefined : timeReaderOf(format)) ?? readIsoTime;

export class DateBuilder extends FixedBuilder {
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

export class TimestampBuilder extends FixedBuilder {
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
