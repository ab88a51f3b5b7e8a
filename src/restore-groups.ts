import { type Data, Type } from 'apache-arrow';
import { copyBits } from './frame/index.js';
import type { Shards } from './group-source.js';

/**
 * Puts the rows of some groups back as they were, from a fresh split of the same table: a function that ran halfway before its worker
 * died may have changed them in place, and will run on them again.
 */
export function restoreGroups(
  groups: readonly number[],
  sizes: Int32Array,
  shards: Shards,
  fresh: Shards,
): void {
  for (const group of groups) {
    const batch = shards.batchOf ? shards.batchOf[group] : 0;
    const from = shards.from[group];
    shards.batches[batch].columns.forEach((column, k) => {
      restore(column, fresh.batches[batch].columns[k], from, from + sizes[group]);
    });
  }
}

/** Rows `from` … `to`. Bytes of strings are left alone: nothing hands them out to be written to. */
function restore(data: Data, fresh: Data, from: number, to: number): void {
  switch (data.typeId) {
    case Type.Bool:
      restoreBits(data.values, fresh.values, data.offset + from, fresh.offset + from, to - from);
      return;
    case Type.Struct:
      data.children.forEach((child, k) => {
        restore(child, fresh.children[k], from, to);
      });
      return;
    case Type.FixedSizeList:
      restore(data.children[0], fresh.children[0], from * data.stride, to * data.stride);
      return;
    case Type.List: {
      const { valueOffsets } = data;
      restore(data.children[0], fresh.children[0], valueOffsets[from], valueOffsets[to]);
      return;
    }
  }
  const { values, stride } = data;
  if (values === undefined || values.length !== data.length * stride) return;
  (values as Uint8Array).set(
    (fresh.values as Uint8Array).subarray(from * stride, to * stride),
    from * stride,
  );
}

function restoreBits(bits: Uint8Array, fresh: Uint8Array, at: number, freshAt: number, length: number): void {
  for (let bit = at; bit < at + length; bit++) bits[bit >>> 3] &= ~(1 << (bit & 7));
  copyBits(fresh, freshAt, bits, at, length);
}
