import { Data } from 'apache-arrow';
import { concatData } from './concat.js';
import { spanOf } from './concat-buffers.js';
import { dataOf, hasLargeOffsets, layoutOf, offsetWords } from './layout.js';

/**
 * Returns rows of a column whose buffers hold these rows alone, to be written as bytes. Values stay where
 * they are; offsets and bitmaps, which count from the column's beginning, are copied. apache-arrow's `slice`
 * keeps whole texts, lists and bitmaps. Dictionaries stay whole.
 */
export function cutData(data: Data, from: number, length: number): Data {
  return cut(data.slice(from, length));
}

function cut(data: Data): Data {
  const { type, length } = data;
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, length, length, {});
    case 'bits':
      return withBits(data, { values: data.values.subarray(...bytesOfBits(data)) });
    case 'fixed':
    case 'dictionary':
      return withBits(data, { values: data.values });
    case 'variable': {
      const { offsets, first, last } = cutOffsets(data);
      return withBits(data, { offsets, values: data.values.subarray(first, last) });
    }
    case 'list': {
      const { offsets, first, last } = cutOffsets(data);
      return withBits(data, { offsets }, [cutData(data.children[0], first, last - first)]);
    }
    case 'fixedList':
    case 'struct':
      return withBits(data, { typeIds: data.typeIds }, data.children.map(cut));
    case 'view':
    case 'denseUnion':
      return concatData(type, [data], (byteLength) => new Uint8Array(byteLength));
  }
}

interface OwnBuffers {
  readonly offsets?: ArrayBufferView;
  readonly values?: Data['values'];
  readonly typeIds?: Data['typeIds'];
}

/** Makes a Data with the bytes of the bitmaps that hold the rows of `data`; its offset lies within a byte. */
function withBits(data: Data, { offsets, values, typeIds }: OwnBuffers, children?: Data[]): Data {
  const { type, offset, length, nullCount, nullBitmap, dictionary } = data;
  const hasNulls = nullCount > 0 && (nullBitmap?.length ?? 0) > 0;
  const validity = hasNulls ? nullBitmap.subarray(...bytesOfBits(data)) : undefined;
  const buffers = [offsets, values, validity, typeIds];
  return new Data(type, offset % 8, length, hasNulls ? nullCount : 0, buffers as never, children, dictionary);
}

const bytesOfBits = ({ offset, length }: Data): [from: number, to: number] => [
  offset >>> 3,
  (offset + length + 7) >>> 3,
];

/** Copies the offsets of a column so that they begin at zero. */
function cutOffsets(data: Data) {
  const { first, last } = spanOf(data);
  const { words, step } = offsetWords(data);
  const count = data.length + 1;
  const own = new Uint32Array(count * step);
  // The high words of 64-bit offsets are zero: checkOffset refuses columns that need them.
  for (let k = 0; k < count; k++) own[k * step] = words[k * step] - first;
  const offsets = hasLargeOffsets(data.type) ? new BigInt64Array(own.buffer) : new Int32Array(own.buffer);
  return { offsets, first, last };
}
