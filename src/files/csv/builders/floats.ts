import { Float64 } from 'apache-arrow';
import type { Block } from '../block.js';
import { dropSpaces, FixedBuilder, skipSpaces } from '../column-builder.js';
import { readFloat } from '../numbers.js';
import type { BuilderOptions } from './options.js';

export class FloatBuilder extends FixedBuilder {
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
