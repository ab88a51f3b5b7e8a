import { type Data, type DataType, type Dictionary, type FixedSizeBinary, Type } from 'apache-arrow';
import { sameType } from '../../arrow/index.js';
import { fitBinary, fitDictionary, fitViews } from './fit-bytes.js';
import { fitDecimals } from './fit-decimals.js';
import { fitLists, fitMaps, fitStructs, fitUnions, withOffsets } from './fit-nested.js';
import { fitFloats, fitIntegers, fitWords } from './fit-numbers.js';
import { fitTimes } from './fit-times.js';

/**
 * Converts a column that was inferred from JavaScript values to `type`; undefined unless `type` holds each
 * value exactly. JavaScript has fewer types than Arrow: an Int16 or a date comes back from a function as a
 * number, and gets its type here.
 *
 * A column or child of nulls alone fits every type and stays of the Null type: other groups, or the table
 * itself, tell its type when the results are combined.
 *
 * @param source the column that the values were read from, if there is one; times that were rounded when they
 *   were read, and came back unchanged, are restored from it to the last bit
 */
export function fitData(data: Data, type: DataType, source?: Data): Data | undefined {
  const { typeId } = data.type;
  if (typeId === Type.Null || sameType(data.type, type)) return data;
  switch (type.typeId) {
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      return fitIntegers(data, type);
    case Type.Float:
      return fitFloats(data, type);
    case Type.Date:
    case Type.Timestamp:
      return fitTimes(data, type, source);
    case Type.Decimal:
      return fitWords(data, type) ?? fitDecimals(data, type, source);
    case Type.Interval:
      return fitWords(data, type);
    case Type.LargeUtf8:
      return typeId === Type.Utf8 ? withOffsets(data, type) : undefined;
    case Type.LargeBinary:
      return typeId === Type.Binary ? withOffsets(data, type) : undefined;
    case Type.Utf8View:
      return typeId === Type.Utf8 ? fitViews(data, type) : undefined;
    case Type.BinaryView:
      return typeId === Type.Binary ? fitViews(data, type) : undefined;
    case Type.FixedSizeBinary:
      return typeId === Type.Binary ? fitBinary(data, type as FixedSizeBinary) : undefined;
    case Type.Dictionary:
      return fitDictionary(data, type as Dictionary, source, fitData);
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return typeId === Type.List ? fitLists(data, type, source, fitData) : undefined;
    case Type.Struct:
      return typeId === Type.Struct ? fitStructs(data, type, source, fitData) : undefined;
    case Type.Map:
      return typeId === Type.Map ? fitMaps(data, type, source, fitData) : undefined;
    case Type.Union:
      return typeId === Type.Union ? fitUnions(data, type, source, fitData) : undefined;
    default:
      return undefined;
  }
}
