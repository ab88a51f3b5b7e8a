import {
  type DataType as ArrowType,
  Binary,
  Bool,
  DateDay,
  Decimal,
  DurationMicrosecond,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  TimeNanosecond,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { ApplyError } from '../errors.js';
import type { DataType } from './proto/index.js';

type Case = NonNullable<DataType['kind']['case']>;

/** The types without parameters, as Spark sends them in Arrow. */
const simple: { readonly [Kind in Case]?: () => ArrowType } = {
  null: () => new Null(),
  binary: () => new Binary(),
  boolean: () => new Bool(),
  byte: () => new Int8(),
  short: () => new Int16(),
  integer: () => new Int32(),
  long: () => new Int64(),
  float: () => new Float32(),
  double: () => new Float64(),
  string: () => new Utf8(),
  char: () => new Utf8(),
  varChar: () => new Utf8(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond('UTC'),
  timestampNtz: () => new TimestampMicrosecond(),
  dayTimeInterval: () => new DurationMicrosecond(),
  time: () => new TimeNanosecond(),
};

/** Spark's names of the types that cannot be read here. */
const others: { readonly [Kind in Case]?: string } = {
  calendarInterval: 'interval',
  yearMonthInterval: 'interval year to month',
  timestampNtzNanos: 'timestamp_ntz with nanoseconds',
  timestampLtzNanos: 'timestamp with nanoseconds',
};

/**
 * Returns the Arrow schema in which the rows of a relation arrive.
 *
 * @throws ApplyError `ERR_UNSUPPORTED` for a column of a type that Arrow's JavaScript library or Python's
 *   workers lack
 */
export function arrowSchema(type: DataType): Schema {
  if (type.kind.case !== 'struct')
    throw new ApplyError('ERR_CLUSTER', 'the server gave a schema without columns');
  return new Schema(
    type.kind.value.fields.map(
      ({ name, dataType, nullable }) => new Field(name, arrowType(name, dataType), nullable),
    ),
  );
}

function arrowType(column: string, type: DataType | undefined): ArrowType {
  const { kind } = type ?? { kind: { case: undefined } };
  const make = kind.case === undefined ? undefined : simple[kind.case];
  if (make) return make();
  switch (kind.case) {
    case 'decimal':
      return new Decimal(kind.value.scale ?? 0, kind.value.precision ?? 10, 128);
    case 'array':
      return new List(
        new Field('element', arrowType(column, kind.value.elementType), kind.value.containsNull),
      );
    case 'struct':
      return new Struct(
        kind.value.fields.map(
          ({ name, dataType, nullable }) => new Field(name, arrowType(column, dataType), nullable),
        ),
      );
    case 'map': {
      const { keyType, valueType, valueContainsNull } = kind.value;
      const entries = new Struct([
        new Field('key', arrowType(column, keyType), false),
        new Field('value', arrowType(column, valueType), valueContainsNull),
      ]);
      return new Map_(new Field('entries', entries as Struct<{ key: ArrowType; value: ArrowType }>, false));
    }
    case 'udt':
      return arrowType(column, kind.value.sqlType);
    default: {
      const name = kind.case === undefined ? 'unknown' : (others[kind.case] ?? kind.case);
      throw new ApplyError(
        'ERR_UNSUPPORTED',
        `column '${column}' has Spark's type ${name}, which has no counterpart here: cast it in SQL, or select others`,
      );
    }
  }
}
