import type { Data, DataType, Union } from 'apache-arrow';
import { bitmapBytes, fillBits, getBit } from '../arrow/index.js';
import type { ContentHash } from './content-hash.js';
import { hashColumn } from './hash-column.js';

/* Columns whose rows lie in their children: what is null in the parent counts as null in them. */

export function hashFixedList(
  hash: ContentHash,
  type: DataType,
  chunks: readonly Data[],
  valid: Uint8Array | undefined,
): void {
  const stride = (type as unknown as { listSize: number }).listSize;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  let mask: Uint8Array | undefined;
  if (valid) {
    mask = new Uint8Array(bitmapBytes(length * stride));
    for (let i = 0; i < length; i++) if (getBit(valid, i)) fillBits(mask, i * stride, stride);
  }
  const items = chunks.map((chunk) => chunk.children[0].slice(0, chunk.length * stride));
  hashColumn(hash, type.children[0].type, items, mask);
}

/** Hashes which type each row has; rows under a null parent have none. */
function hashTypeIds(
  hash: ContentHash,
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

/** Every child has a value for each row, of which one counts. */
export function hashSparseUnion(
  hash: ContentHash,
  type: Union,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): void {
  const ids = hashTypeIds(hash, chunks, length, valid);
  type.children.forEach((field, k) => {
    const mask = new Uint8Array(bitmapBytes(length));
    for (let i = 0; i < length; i++) if (ids[i] === type.typeIds[k]) fillBits(mask, i, 1);
    hashColumn(
      hash,
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      mask,
    );
  });
}

export function hashDenseUnion(
  hash: ContentHash,
  type: Union,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): void {
  const ids = hashTypeIds(hash, chunks, length, valid);
  type.children.forEach((field, k) => {
    const values: Data[] = [];
    let row = 0;
    for (const chunk of chunks) {
      const offsets = chunk.valueOffsets as Int32Array;
      for (let i = 0; i < chunk.length; i++, row++) {
        if (ids[row] === type.typeIds[k]) values.push(chunk.children[k].slice(offsets[i], 1));
      }
    }
    hashColumn(hash, field.type, values);
  });
}
