import { type Data, type DataType, type Float, Precision, Type, type Union } from 'apache-arrow';
import {
  asBytes,
  bitmapBytes,
  copyBits,
  describeType,
  fillBits,
  getBit,
  layoutOf,
  rowBytes,
  type WireType,
} from '../arrow/index.js';
import { BLOCK_BYTES, canonicalFloats, canonicalHalves } from './canonical.js';
import type { ContentHash } from './content-hash.js';
import { hashDictionary } from './hash-dictionary.js';
import { hashDenseUnion, hashFixedList, hashSparseUnion } from './hash-union.js';
import { hashLengths, hashVariable, hashViews } from './hash-variable.js';

/*
 * A column as a stream of bytes that depends on its type and values alone: not on how it is cut into chunks, where those begin in their
 * buffers, what stands in the slots of nulls, or in which order a dictionary has its values.
 */

/** The type in words that do not depend on the copy of the library, the id of a dictionary, or what a list calls its items. */
export function typeKey(type: DataType): string {
  return JSON.stringify(keyOf(describeType(type)));
}

function keyOf({ id, args, children, dictionary }: WireType): unknown {
  if (dictionary) return [id, args[1] ?? false, dictionary.map(keyOf)];
  const isNamed = id === Type.Struct || id === Type.Union;
  const parts = (children ?? []).map(({ name, type }) => (isNamed ? [name, keyOf(type)] : keyOf(type)));
  return [id, args.map((arg) => arg ?? null), parts];
}

/** Hashes chunks of one type. Rows whose bit in `mask` is zero count as null whatever they are: their parent is null. */
export function hashColumn(
  hash: ContentHash,
  type: DataType,
  chunks: readonly Data[],
  mask?: Uint8Array,
): void {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const valid = validRows(type, chunks, length, mask);
  hash.update(Uint32Array.of(length, valid ? 1 : 0));
  if (valid) hash.update(valid);
  switch (layoutOf(type)) {
    case 'none':
      return;
    case 'bits':
      return hashBits(hash, chunks, length, valid);
    case 'fixed':
      return hashFixed(hash, type, chunks, valid);
    case 'dictionary':
      return hashDictionary(hash, type, chunks, valid);
    case 'variable':
      return hashVariable(hash, chunks, length, valid);
    case 'view':
      return hashViews(hash, chunks, length, valid);
    case 'list': {
      const items = hashLengths(hash, chunks, length, valid).map(({ chunk, from, to }) =>
        chunk.children[0].slice(from, to - from),
      );
      return hashColumn(hash, type.children[0].type, items);
    }
    case 'fixedList':
      return hashFixedList(hash, type, chunks, valid);
    case 'struct':
      if (type.typeId === Type.Union) return hashSparseUnion(hash, type as Union, chunks, length, valid);
      return type.children.forEach((field, k) => {
        hashColumn(
          hash,
          field.type,
          chunks.map((chunk) => chunk.children[k]),
          valid,
        );
      });
    case 'denseUnion':
      return hashDenseUnion(hash, type as Union, chunks, length, valid);
  }
}

/** The rows that hold a value, as bits from 0 on; undefined when all do. */
function validRows(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  mask: Uint8Array | undefined,
): Uint8Array | undefined {
  // A union has no nulls of its own, and the null type has nothing else.
  const hasOwn = type.typeId !== Type.Union && type.typeId !== Type.Null;
  if (!mask && !(hasOwn && chunks.some((chunk) => chunk.nullCount > 0))) return undefined;
  const valid = new Uint8Array(bitmapBytes(length));
  let row = 0;
  for (const chunk of chunks) {
    if (hasOwn && chunk.nullCount > 0 && chunk.nullBitmap) {
      copyBits(chunk.nullBitmap, chunk.offset, valid, row, chunk.length);
    } else fillBits(valid, row, chunk.length);
    row += chunk.length;
  }
  if (mask) for (let i = 0; i < valid.length; i++) valid[i] &= mask[i];
  return isFull(valid, length) ? undefined : valid;
}

function isFull(bits: Uint8Array, length: number): boolean {
  const whole = length >>> 3;
  for (let i = 0; i < whole; i++) if (bits[i] !== 0xff) return false;
  return (length & 7) === 0 || bits[whole] === (1 << (length & 7)) - 1;
}

function hashBits(
  hash: ContentHash,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): void {
  const bits = new Uint8Array(bitmapBytes(length));
  let row = 0;
  for (const chunk of chunks) {
    copyBits(chunk.values as Uint8Array, chunk.offset, bits, row, chunk.length);
    row += chunk.length;
  }
  if (valid) for (let i = 0; i < bits.length; i++) bits[i] &= valid[i];
  hash.update(bits);
}

function hashFixed(
  hash: ContentHash,
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): void {
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const width = rowBytes(chunk);
    const bytes = asBytes(chunk.values).subarray(0, chunk.length * width);
    if (!valid) hashValues(hash, type, bytes);
    else {
      const step = Math.max(1, Math.floor(BLOCK_BYTES / width));
      for (let from = 0; from < chunk.length; from += step) {
        const to = Math.min(from + step, chunk.length);
        const copy = bytes.slice(from * width, to * width);
        for (let i = from; i < to; i++) {
          if (!getBit(valid, row + i)) copy.fill(0, (i - from) * width, (i - from + 1) * width);
        }
        hashValues(hash, type, copy);
      }
    }
    row += chunk.length;
  }
}

function hashValues(hash: ContentHash, type: DataType, bytes: Uint8Array): void {
  if (type.typeId !== Type.Float) {
    hash.update(bytes);
    return;
  }
  const { buffer, byteOffset, byteLength } = bytes;
  const { precision } = type as Float;
  const blocks =
    precision === Precision.HALF
      ? canonicalHalves(new Uint16Array(buffer, byteOffset, byteLength / 2))
      : precision === Precision.SINGLE
        ? canonicalFloats(new Float32Array(buffer, byteOffset, byteLength / 4))
        : canonicalFloats(new Float64Array(buffer, byteOffset, byteLength / 8));
  for (const block of blocks) hash.update(block);
}
