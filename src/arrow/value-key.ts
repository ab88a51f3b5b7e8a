import { type Data, type Dictionary, type Union, UnionMode } from 'apache-arrow';
import { getBit } from './bits.js';
import { asBytes, layoutOf, offsetWords, rowBytes } from './layout.js';

/**
 * Returns a Map key for the value at a row: keys of one type are equal if the values are equal bit for bit,
 * so 0 and -0 differ. The values that apache-arrow gives cannot serve: it rounds times, and throws for times
 * it cannot round.
 */
export function valueKey(data: Data, row: number): string | null {
  if (data.typeIds === undefined && data.nullCount > 0) {
    if (!data.nullBitmap || !getBit(data.nullBitmap, data.offset + row)) return null;
  }
  switch (layoutOf(data.type)) {
    case 'none':
      return null;
    case 'bits':
      return getBit(data.values as Uint8Array, data.offset + row) ? '1' : '0';
    case 'fixed':
      return text(asBytes(data.values), row * rowBytes(data), (row + 1) * rowBytes(data));
    case 'variable': {
      const { words, step } = offsetWords(data);
      return text(data.values as Uint8Array, words[row * step], words[(row + 1) * step]);
    }
    case 'view':
      return viewText(data, row);
    case 'list': {
      const { words, step } = offsetWords(data);
      return rangeText(data.children[0], words[row * step], words[(row + 1) * step]);
    }
    case 'fixedList':
      return rangeText(data.children[0], row * data.stride, (row + 1) * data.stride);
    case 'struct':
    case 'denseUnion':
      return data.typeIds ? unionText(data, row) : data.children.map((child) => part(child, row)).join('');
    case 'dictionary':
      return dictionaryText(data, row);
  }
}

/** Returns a string with one character for each byte. */
const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

/**
 * Returns the key of a part of a nested value, with its length in front, so that different parts never join
 * to the same text.
 */
function part(data: Data, row: number): string {
  const key = valueKey(data, row);
  return key === null ? 'null,' : `${key.length}:${key},`;
}

function rangeText(child: Data, from: number, to: number): string {
  let all = '';
  for (let row = from; row < to; row++) all += part(child, row);
  return all;
}

function viewText(data: Data, row: number): string {
  const bytes = asBytes(data.values);
  const view = new DataView(bytes.buffer, bytes.byteOffset + row * 16, 16);
  const size = view.getInt32(0, true);
  if (size <= 12) return text(bytes, row * 16 + 4, row * 16 + 4 + size);
  const from = view.getInt32(12, true);
  return text(data.variadicBuffers[view.getInt32(8, true)], from, from + size);
}

function unionText(data: Data, row: number): string {
  const { mode, typeIdToChildIndex } = data.type as Union;
  const typeId = (data.typeIds as Int8Array)[row];
  const at = mode === UnionMode.Dense ? (data.valueOffsets as Int32Array)[row] : row;
  return `${typeId};${part(data.children[typeIdToChildIndex[typeId]], at)}`;
}

function dictionaryText(data: Data, row: number): string | null {
  let index = Number((data as Data<Dictionary>).values[row]);
  for (const chunk of data.dictionary?.data ?? []) {
    if (index < chunk.length) return valueKey(chunk, index);
    index -= chunk.length;
  }
  return null;
}
