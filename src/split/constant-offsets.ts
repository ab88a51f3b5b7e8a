import type { Data, DataType } from 'apache-arrow';
import { type Allocate, checkOffset, hasLargeOffsets, offsetWords } from '../arrow/index.js';

/*
 * Strings of one constant width: codes, hashes, dates. They move like numbers, and their offsets follow from
 * the width alone.
 */

/** Returns the bytes of a chunk whose values all have `width` bytes, as a view. */
export function constantBytes(chunk: Data, width: number): Uint8Array {
  const [first] = offsetWords(chunk).words;
  return (chunk.values ?? new Uint8Array(0)).subarray(first, first + chunk.length * width);
}

/**
 * The offsets of the constant-width columns of one table; columns of the same width share them. Tables must
 * not share them: a function may write to the offsets of its group, and no other table may change by that.
 */
export class ConstantOffsets {
  readonly #allocate: Allocate;
  readonly #made = new Map<string, Uint8Array>();

  constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  /**
   * Returns memory for the offsets of `length` values of `width` bytes. If `isNew`, the caller fills it with
   * {@link fillConstantOffsets}.
   */
  take(
    type: DataType,
    length: number,
    width: number,
  ): { readonly bytes: Uint8Array; readonly isNew: boolean } {
    checkOffset(type, length * width);
    const name = `${hasLargeOffsets(type)} ${width} ${length}`;
    const made = this.#made.get(name);
    if (made) return { bytes: made, isNew: false };
    const bytes = this.#allocate((length + 1) * type.OffsetArrayType.BYTES_PER_ELEMENT);
    this.#made.set(name, bytes);
    return { bytes, isNew: true };
  }

  /** Returns the offsets of `length` values of `width` bytes. */
  get(type: DataType, length: number, width: number): ArrayBufferView {
    const { bytes, isNew } = this.take(type, length, width);
    if (isNew) fillConstantOffsets(type, bytes, 0, length, width);
    return typedOffsets(type, bytes);
  }
}

/**
 * Writes the ends of values `from` to `to`-1, which are offsets `from`+1 to `to`. Offset 0 is never written:
 * fresh memory is zero.
 */
export function fillConstantOffsets(
  type: DataType,
  bytes: Uint8Array,
  from: number,
  to: number,
  width: number,
): void {
  const step = hasLargeOffsets(type) ? 2 : 1;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  for (let row = from + 1; row <= to; row++) words[row * step] = row * width;
}

/** Returns a view of `bytes` as offsets of `type`. */
export function typedOffsets(type: DataType, bytes: Uint8Array): ArrayBufferView {
  const OffsetArray = type.OffsetArrayType;
  return new OffsetArray(
    bytes.buffer as ArrayBuffer,
    bytes.byteOffset,
    bytes.byteLength / OffsetArray.BYTES_PER_ELEMENT,
  );
}
