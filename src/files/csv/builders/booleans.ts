import { Bool, type Data } from 'apache-arrow';
import { allocateShared, bitmapBytes, dataOf } from '../../../arrow/index.js';
import { ColumnBuilder, dropSpaces, grown, skipSpaces } from '../column-builder.js';
import type { BuilderOptions } from './options.js';

export class BooleanBuilder extends ColumnBuilder {
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
