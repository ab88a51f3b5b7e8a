import type { Data, DataType, Union } from 'apache-arrow';
import { bitmapBytes, fillBits, getBit, rowsIn } from '../arrow/index.js';
import type { Hasher } from './hasher.js';

/** A child of a nested column, still to be hashed. */
export interface ChildColumn {
  readonly type: DataType;
  readonly chunks: readonly Data[];
  /** Rows whose bit is 0 count as null: their parent is null, or another child has the row's value. */
  readonly mask?: Uint8Array;
}

/** Returns the items of a fixed-size list. Items of a null list are masked. */
export function fixedListItems(
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): ChildColumn {
  const stride = (type as unknown as { listSize: number }).listSize;
  const length = rowsIn(chunks);
  let mask: Uint8Array | undefined;
  if (valid) {
    mask = new Uint8Array(bitmapBytes(length * stride));
    for (let i = 0; i < length; i++) if (getBit(valid, i)) fillBits(mask, i * stride, stride);
  }
  const items = chunks.map((chunk) => chunk.children[0].slice(0, chunk.length * stride));
  return { type: type.children[0].type, chunks: items, mask };
}

/** Yields the members of a struct. Rows of a null struct are masked. */
export function* structMembers(
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): Generator<ChildColumn> {
  for (const [k, field] of type.children.entries()) {
    yield { type: field.type, chunks: chunks.map((chunk) => chunk.children[k]), mask: valid };
  }
}

/** Hashes the type id of each row. Rows of a null parent get -1. */
function hashTypeIds(
  hash: Hasher,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): Int8Array {
  const ids = new Int8Array(length);
  let row = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++, row++) {
      ids[row] = valid && !getBit(valid, row) ? -1 : (chunk.typeIds as Int8Array)[i];
    }
  }
  hash.update(ids);
  return ids;
}

/** Hashes the type ids of a sparse union and yields its children. Rows of other children are masked. */
export function* sparseUnionChildren(
  hash: Hasher,
  type: Union,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): Generator<ChildColumn> {
  const ids = hashTypeIds(hash, chunks, length, valid);
  for (const [k, field] of type.children.entries()) {
    const mask = new Uint8Array(bitmapBytes(length));
    for (let i = 0; i < length; i++) if (ids[i] === type.typeIds[k]) fillBits(mask, i, 1);
    yield { type: field.type, chunks: chunks.map((chunk) => chunk.children[k]), mask };
  }
}

/** Hashes the type ids of a dense union and yields its children, each with its rows in the union's order. */
export function* denseUnionChildren(
  hash: Hasher,
  type: Union,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): Generator<ChildColumn> {
  const ids = hashTypeIds(hash, chunks, length, valid);
  for (const [k, field] of type.children.entries()) {
    const values: Data[] = [];
    let row = 0;
    for (const chunk of chunks) {
      const offsets = chunk.valueOffsets as Int32Array;
      for (let i = 0; i < chunk.length; i++, row++) {
        if (ids[row] === type.typeIds[k]) values.push(chunk.children[k].slice(offsets[i], 1));
      }
    }
    yield { type: field.type, chunks: values };
  }
}
