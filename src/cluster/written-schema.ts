import {
  Binary,
  type DataType,
  DateUnit,
  Decimal,
  type Dictionary,
  DurationMicrosecond,
  Field,
  type Float,
  Float32,
  type Int,
  Int16,
  Int32,
  Int64,
  List,
  Precision,
  Schema,
  type Table,
  type Timestamp,
  TimestampMicrosecond,
  TimeUnit,
  Type,
  Utf8,
} from 'apache-arrow';
import { tableOf, withFields } from '../arrow/index.js';
import { castData } from '../combine/index.js';
import { ApplyError } from '../errors.js';

/**
 * Returns the schema in which Spark writes columns of a schema: each of its types holds all values of the
 * given one. Fields may be null, as in all files that Spark writes.
 *
 * @throws ApplyError `ERR_UNSUPPORTED` for a column of a type that Spark has not
 */
export const writtenSchema = ({ fields }: Schema): Schema =>
  new Schema(fields.map(({ name, type }) => new Field(name, writtenType(name, type), true)));

/** Returns a table with the types of {@link writtenSchema}. */
export const writtenTable = ({ batches }: Table, schema: Schema): Table =>
  tableOf(
    schema,
    batches.map(({ data, numRows }) => ({
      schema,
      numRows,
      columns: data.children.map((column, k) => castData(column, schema.fields[k].type)),
    })),
  );

function writtenType(name: string, type: DataType): DataType {
  switch (type.typeId) {
    case Type.Bool:
    case Type.Binary:
    case Type.Utf8:
      return type;
    case Type.LargeUtf8:
    case Type.Utf8View:
      return new Utf8();
    case Type.LargeBinary:
    case Type.BinaryView:
      return new Binary();
    case Type.Dictionary:
      return writtenType(name, (type as Dictionary).dictionary);
    case Type.Int:
      return writtenInteger(name, type as Int);
    case Type.Float:
      return (type as Float).precision === Precision.HALF ? new Float32() : type;
    case Type.Decimal: {
      const { precision, scale } = type as Decimal;
      if (precision > 38 || scale < 0 || scale > precision) throw unsupported(name, type);
      return new Decimal(scale, precision, 128);
    }
    case Type.Date:
      return (type as { unit?: DateUnit }).unit === DateUnit.DAY ? type : new TimestampMicrosecond();
    case Type.Timestamp: {
      const { unit, timezone } = type as Timestamp;
      if (unit === TimeUnit.NANOSECOND) throw unsupported(name, type, 'round it to microseconds');
      // Spark keeps the instant and no zone.
      return timezone ? new TimestampMicrosecond('UTC') : new TimestampMicrosecond();
    }
    case Type.Duration:
      if ((type as Timestamp).unit === TimeUnit.NANOSECOND) {
        throw unsupported(name, type, 'round it to microseconds');
      }
      return new DurationMicrosecond();
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return new List(new Field('element', writtenType(name, type.children[0].type), true));
    case Type.Struct:
    case Type.Map:
      return withFields(
        type,
        type.children.map((field: Field) => field.clone({ type: writtenType(name, field.type) })),
      );
    case Type.Null:
      throw new ApplyError(
        'ERR_UNSUPPORTED',
        `column '${name}' is null in every row, so that nobody knows the type to write it in: declare it with ` +
          'the option schema, or leave it out',
      );
    default:
      throw unsupported(name, type);
  }
}

function writtenInteger(name: string, type: Int): DataType {
  if (type.isSigned) return type;
  switch (type.bitWidth) {
    case 8:
      return new Int16();
    case 16:
      return new Int32();
    case 32:
      return new Int64();
    default:
      throw unsupported(name, type, 'convert it to int64 or a decimal');
  }
}

const unsupported = (name: string, type: DataType, advice = 'convert or leave out the column') =>
  new ApplyError('ERR_UNSUPPORTED', `column '${name}' has the type ${type}, which Spark has not: ${advice}`);
