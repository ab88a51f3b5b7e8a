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
  rowsIn,
  type WireType,
} from '../arrow/index.js';
import { BLOCK_BYTES, canonicalFloats, canonicalHalves } from './canonical-floats.js';
import { hashDictionary } from './hash-dictionary.js';
import {
  type ChildColumn,
  denseUnionChildren,
  fixedListItems,
  sparseUnionChildren,
  structMembers,
} from './hash-nested.js';
import { hashLengths, hashVariable, hashViews } from './hash-variable.js';
import type { Hasher } from './hasher.js';

/*
 * Hashes a column by its type and values alone. Chunks, their offsets in buffers, the bytes under nulls and
 * the order of a dictionary do not count.
 */

/** Returns a text for a type, without dictionary ids and the names of list items. */
export function typeKey(type: DataType): string {
  return JSON.stringify(keyOf(describeType(type)));
}

function keyOf({ id, args, children, dictionary }: WireType): unknown {
  if (dictionary) return [id, args[1] ?? false, dictionary.map(keyOf)];
  const isNamed = id === Type.Struct || id === Type.Union;
  const parts = (children ?? []).map(({ name, type }) => (isNamed ? [name, keyOf(type)] : keyOf(type)));
  return [id, args.map((arg) => arg ?? null), parts];
}

/** Hashes chunks of one type. Rows whose bit in `mask` is 0 count as null, whatever they hold. */
export function hashColumn(hash: Hasher, type: DataType, chunks: readonly Data[], mask?: Uint8Array): void {
  const length = rowsIn(chunks);
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
      return hashChildren(hash, [fixedListItems(type, chunks, valid)]);
    case 'struct':
      return hashChildren(
        hash,
        type.typeId === Type.Union
          ? sparseUnionChildren(hash, type as Union, chunks, length, valid)
          : structMembers(type, chunks, valid),
      );
    case 'denseUnion':
      return hashChildren(hash, denseUnionChildren(hash, type as Union, chunks, length, valid));
  }
}

function hashChildren(hash: Hasher, children: Iterable<ChildColumn>): void {
  for (const { type, chunks, mask } of children) hashColumn(hash, type, chunks, mask);
}

/** Returns a bitmap of the rows that are not null; undefined if all rows have a value. */
function validRows(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  mask: Uint8Array | undefined,
): Uint8Array | undefined {
  // Unions and the null type have no validity bitmap.
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
  hash: Hasher,
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
  hash: Hasher,
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

function hashValues(hash: Hasher, type: DataType, bytes: Uint8Array): void {
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
