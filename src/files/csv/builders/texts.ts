import { type Data, Utf8 } from 'apache-arrow';
import { allocateShared, dataOf } from '../../../arrow/index.js';
import type { Block } from '../block.js';
import { ColumnBuilder, grown } from '../column-builder.js';
import { ESCAPED, type FieldIndex, QUOTED } from '../field-index.js';
import { SHORT_BYTES } from '../usual-values.js';
import type { BuilderOptions } from './options.js';

/** Returns how many bytes the lines of a block have. */
function spanOf({ starts, ends, numRows, numColumns }: FieldIndex): number {
  return numRows === 0 ? 0 : ends[numRows * numColumns - 1] - starts[0];
}

export class TextBuilder extends ColumnBuilder {
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
