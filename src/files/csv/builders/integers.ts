import { Int32, Int64 } from 'apache-arrow';
import type { Block } from '../block.js';
import { dropSpaces, FixedBuilder, skipSpaces } from '../column-builder.js';
import type { ColumnType } from '../column-type.js';
import { latin1 } from '../numbers.js';
import type { BuilderOptions } from './options.js';
import { setBigWords, setWords } from './words.js';

const ZERO = 48;
const MINUS = 45;

export class Int32Builder extends FixedBuilder {
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

export class Int64Builder extends FixedBuilder {
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
