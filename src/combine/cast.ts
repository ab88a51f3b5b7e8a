import {
  type Data,
  type DataType,
  type Decimal,
  type Dictionary,
  type Field,
  type Struct,
  type Timestamp,
  Type,
} from 'apache-arrow';
import { convertOffsets, hasLargeOffsets, nullData, sameType } from '../arrow/index.js';
import { castBytes } from './cast-bytes.js';
import { castDecimals, castNumbers, numbersOfDecimals } from './cast-numbers.js';
import { castTimes } from './cast-times.js';
import { decodeDictionary } from './decode-dictionary.js';
import { isAllNull } from './is-all-null.js';
import { isNumber, isTime, numbersOfTimes, timesOfNumbers } from './times-and-numbers.js';
import { withValidity } from './with-validity.js';

/**
 * Casts a column to `type`, which must be a common type of its own and others (see {@link commonType}), or
 * the type that {@link reconcileTimes} gives to times and numbers. A column of nulls alone goes into any
 * type.
 */
export function castData(data: Data, type: DataType): Data {
  const from = data.type;
  if (sameType(from, type)) return data;
  const reconciled = castReconciled(data, type);
  if (reconciled) return reconciled;
  // Floats meet another type only where every value is NaN, which then stands for a missing value.
  const isFloatToOther = from.typeId === Type.Float && type.typeId !== Type.Float;
  if (isFloatToOther || isAllNull(data)) return nullData(type, data.length);
  if (from.typeId === Type.Dictionary) return castDictionary(data, type);
  switch (type.typeId) {
    case Type.Int:
    case Type.Float: {
      const cast = from.typeId === Type.Decimal ? numbersOfDecimals : castNumbers;
      return withValidity(data, type, { values: cast(data, type) });
    }
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
    case Type.Map:
      // The members of its entries correspond by position, not by name.
      return withChildren(data, type, [castChildren(data.children[0], type.children[0].type)]);
    case Type.FixedSizeList:
    case Type.Union:
      return castChildren(data, type);
    default:
      throw new TypeError(`no way from ${from} to ${type}`);
  }
}

/** Casts numbers to timestamps, and times to the numbers that functions see; undefined for other types. */
function castReconciled(data: Data, type: DataType): Data | undefined {
  if (isNumber(data.type) && type.typeId === Type.Timestamp) {
    const times = timesOfNumbers(data, type as Timestamp);
    return times && castData(times, type);
  }
  if (!isTime(data.type) || type.typeId !== Type.Float || isAllNull(data)) return undefined;
  const values = numbersOfTimes(data);
  return values && withValidity(data, type, { values });
}

function castList(data: Data, type: DataType): Data {
  const elements = castData(data.children[0], type.children[0].type);
  if (data.type.typeId !== Type.FixedSizeList) {
    return withValidity(data, type, { offsets: convertOffsets(data, type) }, [elements]);
  }
  const offsets = new type.OffsetArrayType(data.length + 1) as { [row: number]: number | bigint };
  const toOffset = hasLargeOffsets(type) ? BigInt : Number;
  for (let i = 0; i <= data.length; i++) offsets[i] = toOffset(i * data.stride);
  return withValidity(data, type, { offsets: offsets as unknown as ArrayBufferView }, [elements]);
}

/** Casts members by name; one that `data` lacks is null. */
function castStruct(data: Data, type: Struct): Data {
  const names = (data.type as Struct).children.map((field: Field) => field.name);
  const children = type.children.map((field: Field) => {
    const k = names.indexOf(field.name);
    return k < 0 ? nullData(field.type, data.length) : castData(data.children[k], field.type);
  });
  return withValidity(data, type, {}, children);
}

/** Casts the children by position; offsets and type ids are kept. */
const castChildren = (data: Data, type: DataType): Data =>
  withChildren(
    data,
    type,
    data.children.map((child, k) => castData(child, type.children[k].type)),
  );

const withChildren = (data: Data, type: DataType, children: Data[]): Data =>
  data.clone(type, data.offset, data.length, data.nullCount, data.buffers, children);

/** Casts a dictionary to one of wider indices, or to its plain values. */
function castDictionary(data: Data, type: DataType): Data {
  if (type.typeId !== Type.Dictionary) return castData(decodeDictionary(data), type);
  const { indices } = type as Dictionary;
  const asIndices = data.clone((data.type as Dictionary).indices);
  const { values } = castData(asIndices.clone(asIndices.type, 0, data.length, 0), indices);
  const cast = withValidity(data, type, { values: values ?? data.values });
  cast.dictionary = data.dictionary;
  return cast;
}
