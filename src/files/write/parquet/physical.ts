import {
  type DataType,
  type Date_,
  DateUnit,
  type Float,
  type Int,
  Precision,
  type Time,
  type Timestamp,
  TimeUnit,
  Type,
} from 'apache-arrow';

/** The numbers of Parquet's physical types. */
export const physicalTypes = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, bytes: 6 } as const;

/** The storage and order of numbers. */
export interface Physical {
  readonly type: number;
  /** Words of 32 bits of a value. */
  readonly width: 1 | 2;
  readonly kind: 'signed' | 'unsigned' | 'float';
}

const int32 = { type: physicalTypes.int32, width: 1, kind: 'signed' } as const;
const int64 = { type: physicalTypes.int64, width: 2, kind: 'signed' } as const;

/** Returns how numbers of a type are stored; undefined if that takes more than copying them. */
export function physicalOf(type: DataType): Physical | undefined {
  switch (type.typeId) {
    case Type.Int: {
      const { bitWidth, isSigned } = type as Int;
      return { ...(bitWidth === 64 ? int64 : int32), kind: isSigned ? 'signed' : 'unsigned' };
    }
    case Type.Float: {
      const { precision } = type as Float;
      if (precision === Precision.HALF) return undefined;
      const isDouble = precision === Precision.DOUBLE;
      return {
        type: isDouble ? physicalTypes.double : physicalTypes.float,
        width: isDouble ? 2 : 1,
        kind: 'float',
      };
    }
    case Type.Date:
      return (type as Date_).unit === DateUnit.DAY ? int32 : undefined;
    case Type.Timestamp:
      // Parquet has no times in seconds.
      return (type as Timestamp).unit === TimeUnit.SECOND ? undefined : int64;
    case Type.Time:
      if ((type as Time).unit === TimeUnit.SECOND) return undefined;
      return (type as Time).bitWidth === 32 ? int32 : int64;
    default:
      return undefined;
  }
}
