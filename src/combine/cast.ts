import {
  type Data,
  type DataType,
  type Decimal,
  type Dictionary,
  type Field,
  type Float,
  Precision,
  type Struct,
  Type,
  Vector,
} from 'apache-arrow';
import {
  allocateShared,
  asBytes,
  concatData,
  dataOf,
  hasLargeOffsets,
  layoutOf,
  offsetWords,
  sameType,
  typedValues,
} from '../arrow/index.js';
import { castTimes } from './cast-times.js';
import { decodeDictionary } from './decode-dictionary.js';
import { isAllNull } from './field-from-values.js';
import { nullData } from './null-data.js';
import { withValidity } from './with-validity.js';

/** `data` as a column of `type`, which must be a common type of its own and others: see {@link commonType}. Nulls alone go into any type. */
export function castData(data: Data, type: DataType): Data {
  const from = data.type;
  if (sameType(from, type)) return data;
  // Floats become nothing but floats, unless they are NaN alone, which stands for what is missing.
  const isNothing = from.typeId === Type.Float && type.typeId !== Type.Float;
  if (isNothing || isAllNull(data)) return nullData(type, data.length);
  if (from.typeId === Type.Dictionary) return castDictionary(data, type);
  switch (type.typeId) {
    case Type.Int:
    case Type.Float:
      return withValidity(data, type, { values: castNumbers(data, type) });
    case Type.Utf8:
    case Type.Binary:
    case Type.LargeUtf8:
    case Type.LargeBinary:
      return castBytes(data, type);
    case Type.Date:
    case Type.Timestamp:
    case Type.Time:
    case Type.Duration:
      return withValidity(data, type, { values: castTimes(data, type) });
    case Type.Decimal:
      return withValidity(data, type, { values: castDecimals(data, type as Decimal) });
    case Type.List:
    case Type.LargeList:
      return castList(data, type);
    case Type.Struct:
      return castStruct(data, type as Struct);
    default:
      throw new TypeError(`no way from ${from} to ${type}`);
  }
}

function castNumbers({ type: from, values, length }: Data, type: DataType): ArrayBufferView {
  const out = new type.ArrayType(length) as { [row: number]: number | bigint } & ArrayBufferView;
  if (from.typeId === Type.Float && (from as Float).precision === Precision.HALF) {
    const halves = new Vector([dataOf(from, length, 0, { values })]);
    for (let i = 0; i < length; i++) out[i] = halves.get(i);
    return out;
  }
  const source = values as unknown as ArrayLike<number | bigint>;
  const wide = type.typeId === Type.Int && type.ArrayType.BYTES_PER_ELEMENT === 8;
  for (let i = 0; i < length; i++) out[i] = wide ? BigInt(source[i]) : Number(source[i]);
  return out;
}

/** In words of 32 bits, which decimals of every width are made of. */
function castDecimals(data: Data, type: Decimal): ArrayBufferView {
  const from = data.type as Decimal;
  const factor = 10n ** BigInt(type.scale - from.scale);
  const sourceWords = from.bitWidth / 32;
  const words = type.bitWidth / 32;
  const source = new Uint32Array(asBytes(data.values).slice(0, data.length * sourceWords * 4).buffer);
  const out = new Uint32Array(data.length * words);
  for (let i = 0; i < data.length; i++) {
    let value = 0n;
    for (let k = sourceWords - 1; k >= 0; k--) value = (value << 32n) | BigInt(source[i * sourceWords + k]);
    value = BigInt.asIntN(from.bitWidth, value) * factor;
    for (let k = 0; k < words; k++) {
      out[i * words + k] = Number(value & 0xffffffffn);
      value >>= 32n;
    }
  }
  return typedValues(type, asBytes(out));
}

/** Strings and binary between their layouts: 32-bit offsets, 64-bit offsets and, as a source, views. */
function castBytes(data: Data, type: DataType): Data {
  if (layoutOf(data.type) === 'view') return viewsToOffsets(data, type);
  const source = offsetWords(data);
  const offsets = new type.OffsetArrayType(data.length + 1);
  const step = hasLargeOffsets(type) ? 2 : 1;
  const words = new Uint32Array(offsets.buffer);
  if (data.length > 0) {
    for (let i = 0; i <= data.length; i++) words[i * step] = source.words[i * source.step];
  }
  return withValidity(data, type, { offsets, values: data.values });
}

function viewsToOffsets(data: Data, type: DataType): Data {
  const { values: views, variadicBuffers: buffers } = concatData(data.type, [data], allocateShared);
  const words = new Int32Array(views.buffer, views.byteOffset, data.length * 4);
  const offsets = new type.OffsetArrayType(data.length + 1);
  const step = hasLargeOffsets(type) ? 2 : 1;
  const outWords = new Uint32Array(offsets.buffer);
  for (let i = 0; i < data.length; i++) outWords[(i + 1) * step] = outWords[i * step] + words[i * 4];
  const values = new Uint8Array(outWords[data.length * step]);
  for (let i = 0; i < data.length; i++) {
    const size = words[i * 4];
    const from = size <= 12 ? i * 16 + 4 : words[i * 4 + 3];
    const source = size <= 12 ? asBytes(views) : buffers[words[i * 4 + 2]];
    values.set(source.subarray(from, from + size), outWords[i * step]);
  }
  return withValidity(data, type, { offsets, values });
}

function castList(data: Data, type: DataType): Data {
  const source = offsetWords(data);
  const offsets = new type.OffsetArrayType(data.length + 1);
  const step = hasLargeOffsets(type) ? 2 : 1;
  const words = new Uint32Array(offsets.buffer);
  if (data.length > 0) {
    for (let i = 0; i <= data.length; i++) words[i * step] = source.words[i * source.step];
  }
  return withValidity(data, type, { offsets }, [castData(data.children[0], type.children[0].type)]);
}

function castStruct(data: Data, type: Struct): Data {
  const names = (data.type as Struct).children.map((field: Field) => field.name);
  const children = type.children.map((field: Field) => {
    const k = names.indexOf(field.name);
    return k < 0 ? nullData(field.type, data.length) : castData(data.children[k], field.type);
  });
  return withValidity(data, type, {}, children);
}

/** A dictionary to one of wider indices, or to its plain values. */
function castDictionary(data: Data, type: DataType): Data {
  if (type.typeId !== Type.Dictionary) return castData(decodeDictionary(data), type);
  const { indices } = type as Dictionary;
  const asIndices = data.clone((data.type as Dictionary).indices);
  const { values } = castData(asIndices.clone(asIndices.type, 0, data.length, 0), indices);
  const cast = withValidity(data, type, { values: values ?? data.values });
  cast.dictionary = data.dictionary;
  return cast;
}
