import type { Data, DataType, Dictionary } from 'apache-arrow';
import {
  allocateShared,
  checkOffset,
  concatData,
  getBit,
  hasLargeOffsets,
  layoutOf,
  nullData,
  offsetWords,
  rowBytes,
  typedValues,
} from '../arrow/index.js';
import { withValidity } from './with-validity.js';

/** Decodes a dictionary column into a plain column of its values. */
export function decodeDictionary(data: Data): Data {
  const type = (data.type as Dictionary).dictionary as DataType;
  const values = concatData(type, data.dictionary?.data ?? [], allocateShared);
  const picks = picksOf(data, values);
  // The fast paths take nulls from the indices only; a dictionary may also hold a null among its values.
  if (values.nullCount === 0) {
    const layout = layoutOf(type);
    if (layout === 'variable') return decodeVariable(data, values, picks);
    if (layout === 'fixed') return decodeFixed(data, values, picks);
  }
  const missing = nullData(type, 1);
  const rows = Array.from(picks, (at) => (at < 0 ? missing : values.slice(at, 1)));
  return concatData(type, rows, allocateShared);
}

/** Returns the position of each row's value in the dictionary; -1 for a null. */
function picksOf(data: Data, { length }: Data): Int32Array {
  const indices = data.values as unknown as ArrayLike<number | bigint>;
  const picks = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (data.nullCount > 0 && !getBit(data.nullBitmap as Uint8Array, data.offset + i)) {
      picks[i] = -1;
      continue;
    }
    const at = Number(indices[i]);
    if (!(at >= 0 && at < length)) throw new RangeError(`index ${at} of a dictionary of ${length} values`);
    picks[i] = at;
  }
  return picks;
}

function decodeVariable(data: Data, values: Data, picks: Int32Array): Data {
  const { type } = values;
  const { words, step } = offsetWords(values);
  const offsets = new type.OffsetArrayType(picks.length + 1);
  const out = new Uint32Array(offsets.buffer);
  const sizeOf = (at: number) => (at < 0 ? 0 : words[(at + 1) * step] - words[at * step]);
  let total = 0;
  for (let i = 0; i < picks.length; i++) total += sizeOf(picks[i]);
  checkOffset(type, total);
  const bytes = new Uint8Array(total);
  const source = values.values as Uint8Array;
  const outStep = hasLargeOffsets(type) ? 2 : 1;
  let end = 0;
  for (let i = 0; i < picks.length; i++) {
    const at = picks[i];
    if (at >= 0) {
      const from = words[at * step];
      const size = sizeOf(at);
      // A loop copies a few bytes faster than `set` does, which needs a view.
      if (size < 16) for (let k = 0; k < size; k++) bytes[end + k] = source[from + k];
      else bytes.set(source.subarray(from, from + size), end);
      end += size;
    }
    out[(i + 1) * outStep] = end;
  }
  return withValidity(data, type, { offsets, values: bytes });
}

function decodeFixed(data: Data, values: Data, picks: Int32Array): Data {
  const { type } = values;
  const elements = values.values as unknown as Float64Array;
  const stride = rowBytes(values) / elements.BYTES_PER_ELEMENT;
  const out = typedValues(type, new Uint8Array(picks.length * rowBytes(values))) as Float64Array;
  for (let i = 0; i < picks.length; i++) {
    const at = picks[i];
    if (at < 0) continue;
    for (let k = 0; k < stride; k++) out[i * stride + k] = elements[at * stride + k];
  }
  return withValidity(data, type, { values: out });
}
