import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Duration,
  Field,
  FixedSizeBinary,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  Interval,
  IntervalUnit,
  LargeBinary,
  LargeUtf8,
  Null,
  Struct,
  Time,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Utf8View,
} from 'apache-arrow';

/** The types of integers, which are also those of a dictionary's indices. */
export const integerTypes = [
  new Int8(),
  new Int16(),
  new Int32(),
  new Int64(),
  new Uint8(),
  new Uint16(),
  new Uint32(),
  new Uint64(),
];

export const timeUnits = [TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND];

/** Types a table can be grouped by, besides dictionaries of them: all that are not nested. */
export const scalarTypes: readonly DataType[] = [
  ...integerTypes,
  new Float16(),
  new Float32(),
  new Float64(),
  new Decimal(2, 9, 32),
  new Decimal(2, 18, 64),
  new Decimal(2, 30, 128),
  new Decimal(10, 70, 256),
  new Bool(),
  new Utf8(),
  new LargeUtf8(),
  new Utf8View(),
  new Binary(),
  new LargeBinary(),
  new BinaryView(),
  ...[1, 2, 3, 4, 7, 8, 12, 16].map((width) => new FixedSizeBinary(width)),
  new DateDay(),
  new DateMillisecond(),
  new Time(TimeUnit.SECOND, 32),
  new Time(TimeUnit.MILLISECOND, 32),
  new Time(TimeUnit.MICROSECOND, 64),
  new Time(TimeUnit.NANOSECOND, 64),
  ...timeUnits.flatMap((unit) => [new Timestamp(unit), new Timestamp(unit, 'Europe/Berlin')]),
  ...timeUnits.map((unit) => new Duration(unit)),
  new Interval(IntervalUnit.YEAR_MONTH),
  new Interval(IntervalUnit.DAY_TIME),
  new Interval(IntervalUnit.MONTH_DAY_NANO),
  new Null(),
];

export const field = (name: string, type: DataType): Field => new Field(name, type, true);

/** Returns the child of a map type from strings to these values. */
export function mapEntries(values: DataType): Field {
  const entry = new Struct([new Field('key', new Utf8(), false), field('value', values)]);
  return new Field('entries', entry, false);
}
