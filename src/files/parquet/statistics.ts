import {
  type DataType,
  type Date_,
  DateUnit,
  type Dictionary,
  type Int,
  type Timestamp,
  Type,
} from 'apache-arrow';
import type { Comparable, ValueRange } from '../format.js';
import type { ColumnChunk } from './footer.js';
import type { LeafElement } from './schema-elements.js';

/**
 * Returns the bounds that the statistics of a column give for its values; undefined if they give none that
 * can be relied on.
 */
export function rangeOf(type: DataType, element: LeafElement, chunk: ColumnChunk): ValueRange | undefined {
  const { statistics } = chunk;
  if (statistics === undefined) return undefined;
  const { nullCount } = statistics;
  const decode = decoderOf(type, element);
  const read = (bytes: Uint8Array | undefined, isMax: boolean) =>
    bytes && decode
      ? decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), isMax)
      : undefined;
  return { min: read(statistics.min, false), max: read(statistics.max, true), nullCount };
}

/** Reads a value; undefined for one that is no bound. */
type Decoder = (view: DataView, isMax: boolean) => Comparable | undefined;

const PHYSICAL = { BOOLEAN: 0, INT32: 1, INT64: 2, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6 };

function decoderOf(type: DataType, element: LeafElement): Decoder | undefined {
  const { physical, isText, isUnsigned, timeUnit } = element;
  switch (type.typeId) {
    case Type.Dictionary:
      return decoderOf((type as Dictionary).dictionary, element);
    case Type.Bool:
      return physical === PHYSICAL.BOOLEAN ? (view) => sized(view, 1) && view.getUint8(0) !== 0 : undefined;
    case Type.Int:
      return (type as Int).isSigned === isUnsigned ? undefined : integerDecoder(physical, isUnsigned);
    case Type.Float:
      return floatDecoder(physical);
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return physical === PHYSICAL.BYTE_ARRAY && isText ? textDecoder : undefined;
    case Type.Date:
      return (type as Date_).unit === DateUnit.DAY ? integerDecoder(physical, false) : undefined;
    case Type.Timestamp:
      if (physical !== PHYSICAL.INT64 || timeUnit === undefined) return undefined;
      return timeDecoder((type as Timestamp).unit - timeUnit);
    default:
      return undefined;
  }
}

const sized = (view: DataView, bytes: number): true | undefined =>
  view.byteLength === bytes ? true : undefined;

function integerDecoder(physical: number | undefined, isUnsigned: boolean): Decoder | undefined {
  if (physical === PHYSICAL.INT32) {
    return (view) => sized(view, 4) && (isUnsigned ? view.getUint32(0, true) : view.getInt32(0, true));
  }
  if (physical !== PHYSICAL.INT64) return undefined;
  return (view) => sized(view, 8) && (isUnsigned ? view.getBigUint64(0, true) : view.getBigInt64(0, true));
}

function floatDecoder(physical: number | undefined): Decoder | undefined {
  // NaN is no bound: writers that store it have not compared the other values with it.
  const bound = (value: number | undefined) => (Number.isNaN(value) ? undefined : value);
  if (physical === PHYSICAL.FLOAT) return (view) => bound(sized(view, 4) && view.getFloat32(0, true));
  if (physical === PHYSICAL.DOUBLE) return (view) => bound(sized(view, 8) && view.getFloat64(0, true));
  return undefined;
}

/** Reads text. Cut text is still a bound, unless it is cut inside a character and cannot be compared. */
const textDecoder: Decoder = (view) => {
  const text = Buffer.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)).toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
};

/** Reads times that are stored in another unit: the column's is finer by a factor of 1000 ** `steps`. */
function timeDecoder(steps: number): Decoder {
  const factor = 1000n ** BigInt(Math.abs(steps));
  return (view, isMax) => {
    if (!sized(view, 8)) return undefined;
    const value = view.getBigInt64(0, true);
    if (steps >= 0) return value * factor;
    // Rounds the least value down and the greatest up.
    const floor = value / factor - (value % factor < 0n ? 1n : 0n);
    return isMax && floor * factor !== value ? floor + 1n : floor;
  };
}
