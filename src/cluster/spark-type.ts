import {
  type DataType,
  type Decimal,
  type Field,
  type Float,
  type Int,
  Precision,
  type Timestamp,
  Type,
} from 'apache-arrow';
import type { SparkType } from './relations.js';

/** A type of Spark as plans have it, and as Python's workers read it. */
export interface SparkTypes {
  readonly plan: SparkType;
  readonly json: unknown;
}

/** Returns Spark's type of rows with these fields, whose types are those of a schema that Spark can write. */
export function sparkTypeOfRows(fields: readonly Field[]): SparkTypes {
  const types = fields.map(({ name, type, nullable }) => ({ name, nullable, type: sparkTypeOf(type) }));
  return {
    plan: {
      kind: {
        case: 'struct',
        value: {
          fields: types.map(({ name, nullable, type }) => ({ name, nullable, dataType: type.plan })),
        },
      },
    },
    json: {
      type: 'struct',
      fields: types.map(({ name, nullable, type }) => ({ name, nullable, type: type.json, metadata: {} })),
    },
  };
}

const INTEGERS = { 8: 'byte', 16: 'short', 32: 'integer', 64: 'long' } as const;

function sparkTypeOf(type: DataType): SparkTypes {
  switch (type.typeId) {
    case Type.Bool:
      return simple('boolean');
    case Type.Binary:
      return simple('binary');
    case Type.Utf8:
      return simple('string');
    case Type.Int:
      return simple(INTEGERS[(type as Int).bitWidth]);
    case Type.Float:
      return simple((type as Float).precision === Precision.SINGLE ? 'float' : 'double');
    case Type.Date:
      return simple('date');
    case Type.Timestamp:
      return (type as Timestamp).timezone ? simple('timestamp') : simple('timestampNtz', 'timestamp_ntz');
    case Type.Duration:
      return simple('dayTimeInterval', 'interval day to second');
    case Type.Decimal: {
      const { precision, scale } = type as Decimal;
      const plan: SparkType = { kind: { case: 'decimal', value: { precision, scale } } };
      return { plan, json: `decimal(${precision},${scale})` };
    }
    case Type.List: {
      const [element] = type.children;
      const { plan: elementType, json } = sparkTypeOf(element.type);
      return {
        plan: { kind: { case: 'array', value: { elementType, containsNull: true } } },
        json: { type: 'array', elementType: json, containsNull: true },
      };
    }
    case Type.Struct:
      return sparkTypeOfRows(type.children);
    case Type.Map: {
      const [key, value] = type.children[0].type.children.map((field: Field) => sparkTypeOf(field.type));
      return {
        plan: {
          kind: { case: 'map', value: { keyType: key.plan, valueType: value.plan, valueContainsNull: true } },
        },
        json: { type: 'map', keyType: key.json, valueType: value.json, valueContainsNull: true },
      };
    }
    default:
      throw new TypeError(`Spark has no ${type}`);
  }
}

type Simple =
  | (typeof INTEGERS)[keyof typeof INTEGERS]
  | ('boolean' | 'binary' | 'string' | 'float' | 'double' | 'date')
  | ('timestamp' | 'timestampNtz' | 'dayTimeInterval');

const simple = (kind: Simple, json: string = kind): SparkTypes => ({
  plan: { kind: { case: kind, value: {} } },
  json,
});
