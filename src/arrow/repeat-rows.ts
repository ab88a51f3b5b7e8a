import type { Data, Dictionary } from 'apache-arrow';
import { bitmapBytes, fillBits, getBit } from './bits.js';
import { concatData } from './concat.js';
import { asBytes, checkOffset, dataOf, layoutOf, offsetWords, rowBytes, typedValues } from './layout.js';
import type { Allocate } from './memory.js';
import { ValidityBuilder } from './validity-builder.js';

/** Repeats each row of a column `counts[row]` times; the rows keep their order. */
export function repeatRows(data: Data, counts: Int32Array, allocate: Allocate): Data {
  const length = counts.reduce((sum, count) => sum + count, 0);
  const { type } = data;
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, length, length, {});
    case 'bits':
      return withNulls(data, counts, length, { values: repeatBits(data, counts, length) });
    case 'fixed':
    case 'dictionary':
    case 'view':
      return withNulls(data, counts, length, { values: repeatBytes(data, counts, length, allocate) });
    case 'variable':
      return withNulls(data, counts, length, repeatVariable(data, counts, length, allocate));
    default: {
      const rows = Array.from(counts, (count, row) => new Array<Data>(count).fill(data.slice(row, 1)));
      return concatData(type, rows.flat(), allocate);
    }
  }
}

function withNulls(
  data: Data,
  counts: Int32Array,
  length: number,
  buffers: { readonly values: ArrayBufferView; readonly offsets?: ArrayBufferView },
): Data {
  const validity = new ValidityBuilder(length);
  if (data.nullCount > 0) {
    for (let row = 0, at = 0; row < counts.length; at += counts[row++]) {
      if (getBit(data.nullBitmap as Uint8Array, data.offset + row)) continue;
      for (let k = 0; k < counts[row]; k++) validity.setNull(at + k);
    }
  }
  const { dictionary, variadicBuffers } = data as Data<Dictionary>;
  return dataOf(
    data.type,
    length,
    validity.nulls,
    { ...buffers, validity: validity.bitmap },
    { dictionary, variadic: variadicBuffers as readonly Uint8Array[] | undefined },
  );
}

function repeatBits({ values, offset }: Data, counts: Int32Array, length: number): Uint8Array {
  const bits = new Uint8Array(bitmapBytes(length));
  for (let row = 0, at = 0; row < counts.length; at += counts[row++]) {
    if (getBit(values as Uint8Array, offset + row)) fillBits(bits, at, counts[row]);
  }
  return bits;
}

function repeatBytes(data: Data, counts: Int32Array, length: number, allocate: Allocate) {
  const width = rowBytes(data);
  const source = asBytes(data.values as ArrayBufferView);
  const target = allocate(length * width);
  for (let row = 0, at = 0; row < counts.length; at += counts[row++] * width) {
    if (counts[row] > 0) repeatInto(target, at, source.subarray(row * width, (row + 1) * width), counts[row]);
  }
  return typedValues(data.type, target) as ArrayBufferView;
}

function repeatVariable(data: Data, counts: Int32Array, length: number, allocate: Allocate) {
  const { words, step } = offsetWords(data);
  const source = data.values as Uint8Array;
  const offsets = new Uint32Array((length + 1) * step);
  let total = 0;
  for (let row = 0, place = 1; row < counts.length; row++) {
    const size = words[(row + 1) * step] - words[row * step];
    for (let k = 0; k < counts[row]; k++) {
      total += size;
      offsets[place++ * step] = total;
    }
    checkOffset(data.type, total);
  }
  const values = allocate(total);
  for (let row = 0, at = 0; row < counts.length; row++) {
    const bytes = source.subarray(words[row * step], words[(row + 1) * step]);
    if (counts[row] > 0) repeatInto(values, at, bytes, counts[row]);
    at += bytes.length * counts[row];
  }
  const typed = step === 2 ? new BigInt64Array(offsets.buffer) : new Int32Array(offsets.buffer);
  return { values, offsets: typed };
}

/** Writes `bytes` `count` times, each time as much as there is already. */
function repeatInto(target: Uint8Array, at: number, bytes: Uint8Array, count: number): void {
  const total = bytes.length * count;
  if (total === 0) return;
  target.set(bytes, at);
  for (let done = bytes.length; done < total; ) {
    const part = Math.min(done, total - done);
    target.copyWithin(at + done, at, at + part);
    done += part;
  }
}
