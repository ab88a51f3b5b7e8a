import { type Data, DataType, type Dictionary, Int64, Timestamp, Type } from 'apache-arrow';
import { castData, commonType } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import { keyReader } from '../../split/index.js';
import type { KeyColumn } from '../keys/index.js';

/** A key column without its rows. */
export type KeyType = Pick<KeyColumn, 'type' | 'field' | 'isDate'>;

/** A key column as far as its type matters. */
interface Typed {
  readonly type: DataType;
  readonly isDate: boolean;
}

/**
 * Returns the type in which keys of several tables are compared; `columns` has one column of each table.
 * Throws `ERR_INVALID_OPTION` where there is none.
 */
export function jointKeyType(columns: readonly KeyType[], typeOf: (column: KeyType) => DataType): DataType {
  const [first, ...others] = columns;
  let joint: Typed = { type: typeOf(first), isDate: first.isDate };
  for (const other of others) {
    const type = commonKeyType(joint, { type: typeOf(other), isDate: other.isDate });
    if (type === undefined) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `cogroup: keys of type ${first.field.type} ('${first.field.name}') cannot be compared with keys ` +
          `of type ${other.field.type} ('${other.field.name}'); convert one of the columns`,
      );
    }
    joint = { type, isDate: joint.isDate || other.isDate };
  }
  return joint.type;
}

function commonKeyType(a: Typed, b: Typed): DataType | undefined {
  const zone = zoneOf(a.type) ?? zoneOf(b.type);
  if (zone !== undefined && isInstant(a) && isInstant(b)) {
    const common = commonType(withoutZone(a.type), withoutZone(b.type));
    return common && (DataType.isTimestamp(common) ? new Timestamp(common.unit, zone) : undefined);
  }
  // No integer type holds both a signed integer and uint64, but Int64 holds all keys that can be equal.
  const areIntegers = DataType.isInt(a.type) && DataType.isInt(b.type);
  return commonType(a.type, b.type) ?? (areIntegers ? new Int64() : undefined);
}

const zoneOf = (type: DataType): string | undefined =>
  DataType.isTimestamp(type) ? (type.timezone ?? undefined) : undefined;

/** Times with a zone and JavaScript's Dates are instants; other times are what clocks anywhere show. */
const isInstant = ({ type, isDate }: Typed): boolean => zoneOf(type) !== undefined || isDate;

const withoutZone = (type: DataType): DataType =>
  DataType.isTimestamp(type) ? new Timestamp(type.unit) : type;

/** Casts distinct keys to the joint type. Throws `ERR_INVALID_OPTION` for a key that it does not hold. */
export function castKeys(data: Data, type: DataType, { field }: KeyType): Data {
  const isDecoded = data.type.typeId === Type.Dictionary && type.typeId !== Type.Dictionary;
  const keys = isDecoded ? castData(data, (data.type as Dictionary).dictionary) : data;
  const unfit = unfitKey(keys, type);
  try {
    if (unfit === undefined) return castData(keys, type);
  } catch (error) {
    throw notComparable((error as Error).message);
  }
  throw notComparable(String(unfit));

  function notComparable(key: string): ApplyError {
    return new ApplyError(
      'ERR_INVALID_OPTION',
      `cogroup: a key of '${field.name}' (${field.type}) cannot be compared exactly with those of the ` +
        `other frame, which are brought to ${type}: ${key}; convert one of the columns`,
    );
  }
}

/** The integer up to which floats hold all integers. */
const MOST_EXACT = 2n ** 53n;
const GREATEST_INT64 = 2n ** 63n - 1n;

/** Returns the first 64-bit integer that a float or a signed integer does not hold; undefined for none. */
function unfitKey(keys: Data, type: DataType): bigint | undefined {
  if (!DataType.isInt(keys.type) || keys.type.bitWidth < 64) return undefined;
  if (!DataType.isFloat(type) && (keys.type.isSigned || !isInt64(type))) return undefined;
  const keyAt = keyReader({ type: keys.type, chunks: [keys] });
  for (let row = 0; row < keys.length; row++) {
    const key = keyAt(row) as bigint | null;
    if (key === null) continue;
    if (DataType.isFloat(type) ? key > MOST_EXACT || key < -MOST_EXACT : key > GREATEST_INT64) return key;
  }
  return undefined;
}

const isInt64 = (type: DataType): boolean => DataType.isInt(type) && type.isSigned;
