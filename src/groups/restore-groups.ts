import type { Data } from 'apache-arrow';
import { copyBits, layoutOf, offsetWords } from '../arrow/index.js';
import type { Shards } from './group-source.js';

/**
 * Restores the rows of some groups from a fresh split of the same table. A function that ran halfway before
 * its worker died may have changed them, and will run on them again.
 */
export function restoreGroups(groups: readonly number[], shards: Shards, fresh: Shards): void {
  for (const group of groups) {
    const batch = shards.batchOf ? shards.batchOf[group] : 0;
    const from = shards.from[group];
    shards.batches[batch].columns.forEach((column, k) => {
      restore(column, fresh.batches[batch].columns[k], from, from + shards.sizes[group]);
    });
    shards.others?.forEach((other, at) => {
      const first = other.from[group];
      other.batch.columns.forEach((column, k) => {
        const freshColumn = fresh.others?.[at].batch.columns[k] as Data;
        restore(column, freshColumn, first, first + other.sizes[group]);
      });
    });
  }
}

/** Restores the rows `from` to `to` of one column. */
function restore(data: Data, fresh: Data, from: number, to: number): void {
  switch (layoutOf(data.type)) {
    case 'none':
      return;
    case 'bits':
      restoreBits(data.values, fresh.values, data.offset + from, fresh.offset + from, to - from);
      return;
    case 'struct':
      data.children.forEach((child, k) => {
        restore(child, fresh.children[k], from, to);
      });
      return;
    case 'fixedList':
      restore(data.children[0], fresh.children[0], from * data.stride, to * data.stride);
      return;
    case 'list': {
      const [first, last] = rangeOf(fresh, from, to);
      restore(data.children[0], fresh.children[0], first, last);
      return;
    }
    case 'variable': {
      // Functions get views of binary values, and may change their bytes.
      const [first, last] = rangeOf(fresh, from, to);
      data.values?.set((fresh.values as Uint8Array).subarray(first, last), first);
      return;
    }
    case 'denseUnion':
      // Functions get copies, so nothing has changed.
      return;
  }
  const { values, stride } = data;
  if (values === undefined || values.length !== data.length * stride) return;
  (values as Uint8Array).set(
    (fresh.values as Uint8Array).subarray(from * stride, to * stride),
    from * stride,
  );
}

/** Returns where the elements or bytes of rows `from` to `to` lie. */
function rangeOf(data: Data, from: number, to: number): [first: number, last: number] {
  const { words, step } = offsetWords(data);
  return [words[from * step], words[to * step]];
}

function restoreBits(bits: Uint8Array, fresh: Uint8Array, at: number, freshAt: number, length: number): void {
  for (let bit = at; bit < at + length; bit++) bits[bit >>> 3] &= ~(1 << (bit & 7));
  copyBits(fresh, freshAt, bits, at, length);
}
