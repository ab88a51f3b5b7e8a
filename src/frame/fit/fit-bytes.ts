import { type Data, type DataType, type Dictionary, type FixedSizeBinary, Vector } from 'apache-arrow';
import {
  concatData,
  dataOf,
  encodeDictionary,
  getBit,
  layoutOf,
  offsetWords,
  sameType,
  ValidityBuilder,
  valueKey,
} from '../../arrow/index.js';
import type { Fit } from './fit.js';
import { inferredValidity } from './inferred-validity.js';

/** Returns the values as fixed-size binary; undefined where one has another length. */
export function fitBinary(data: Data, type: FixedSizeBinary): Data | undefined {
  const { words } = offsetWords(data);
  const values = new Uint8Array(data.length * type.byteWidth);
  for (let i = 0; i < data.length; i++) {
    const bytes = (data.values as Uint8Array).subarray(words[i], words[i + 1]);
    if (bytes.length === type.byteWidth) values.set(bytes, i * type.byteWidth);
    else if (data.getValid(i)) return undefined;
  }
  return dataOf(type, data.length, data.nullCount, { values, validity: inferredValidity(data) });
}

/** The longest value that a view holds itself. */
const MAX_INLINE = 12;

/** Returns strings or binary as views; long values stay where they are. */
export function fitViews(data: Data, type: DataType): Data {
  const { words } = offsetWords(data);
  const bytes = data.values as Uint8Array;
  const values = new Uint8Array(data.length * 16);
  const view = new DataView(values.buffer);
  for (let i = 0; i < data.length; i++) {
    const from = words[i];
    const size = words[i + 1] - from;
    view.setInt32(i * 16, size, true);
    const isInline = size <= MAX_INLINE;
    // A long value has its first four bytes in the view, and then the buffer's number, which is 0, and its
    // place.
    values.set(bytes.subarray(from, from + (isInline ? size : 4)), i * 16 + 4);
    if (!isInline) view.setInt32(i * 16 + 12, from, true);
  }
  const buffers = { values, validity: inferredValidity(data) };
  return dataOf(type, data.length, data.nullCount, buffers, { variadic: [bytes] });
}

/**
 * Encodes values as a dictionary, which holds those of this group, and is joined with other groups' later;
 * undefined where the indices cannot count them.
 */
export function fitDictionary(
  data: Data,
  type: Dictionary,
  source: Data | undefined,
  fit: Fit,
): Data | undefined {
  const known = source?.dictionary?.data ?? [];
  const values = fit(data, type.dictionary, known.length === 1 ? known[0] : undefined);
  if (values === undefined || !sameType(values.type, type.dictionary)) return undefined;
  const most = Math.min(data.length, 2 ** (type.indices.bitWidth - (type.indices.isSigned ? 1 : 0)));
  return layoutOf(values.type) === 'variable'
    ? encodeDictionary(values.type, [values], most, allocate, type)
    : encodeValues(values, type, most);
}

const allocate = (byteLength: number) => new Uint8Array(byteLength);

/** Does the same as {@link encodeDictionary} for values that are no strings or binary. */
function encodeValues(values: Data, type: Dictionary, limit: number): Data | undefined {
  const { length, nullCount } = values;
  const positions = new Map<string, number>();
  const kept: Data[] = [];
  const validity = new ValidityBuilder(length);
  const indices = new type.indices.ArrayType(length) as { [row: number]: number | bigint } & ArrayBufferView;
  const isWide = type.indices.ArrayType.BYTES_PER_ELEMENT === 8;
  for (let i = 0; i < length; i++) {
    const isNull = nullCount > 0 && !getBit(values.nullBitmap as Uint8Array, values.offset + i);
    const key = isNull ? null : valueKey(values, i);
    if (key === null) {
      validity.setNull(i);
      continue;
    }
    let position = positions.get(key);
    if (position === undefined) {
      position = positions.size;
      if (position === limit) return undefined;
      positions.set(key, position);
      kept.push(values.slice(i, 1));
    }
    indices[i] = isWide ? BigInt(position) : position;
  }
  const dictionary = new Vector([concatData(values.type, kept, allocate)]);
  return dataOf(type, length, validity.nulls, { values: indices, validity: validity.bitmap }, { dictionary });
}
