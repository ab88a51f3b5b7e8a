import {
  type Data,
  type DataType,
  Float64,
  Int32,
  Int64,
  Table,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { AnyTable, Column } from 'apply-parallel';

/*
 * What the functions of both forms share: reading columns, making columns of one exact type, and taking rows.
 */

/** An Arrow table's columns as an object, to be spread. */
export function columnsOf(table: AnyTable): { [name: string]: Vector } {
  return Object.fromEntries(
    table.schema.fields.map(({ name }) => [name, table.getChild(name) as unknown as Vector]),
  );
}

/** The values of a column. */
export const valuesOf = <T = unknown>(column: Column | Vector): (T | null)[] =>
  Array.from(column as Iterable<T>);

/** A number column's values; null for what is missing, be it null or, in the columns form, NaN. */
export function numbers(column: Column | Vector): (number | null)[] {
  return valuesOf<number | bigint>(column).map((value) =>
    value === null || Number.isNaN(value) ? null : Number(value),
  );
}

export const present = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null);

// Typed even where nothing but null is in them: a group of nulls is to have the type the other groups have.
export const doubles = (values: readonly (number | null)[]) => vectorFromArray(values, new Float64());
export const ints = (values: readonly (number | null)[]) => vectorFromArray(values, new Int32());
export const longs = (values: readonly (bigint | null)[]) => vectorFromArray(values, new Int64());
export const strings = (values: readonly (string | null)[]) => vectorFromArray(values, new Utf8());

/** Microseconds since 1970, as they are stored. */
export function stored(vector: Vector): (bigint | null)[] {
  return vector.data.flatMap((data: Data) =>
    Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? BigInt(data.values[row]) : null)),
  );
}

/** A timestamp column of whole days. */
export const days = (values: readonly number[]) =>
  vectorFromArray(
    values.map((day) => day * 86_400_000),
    new TimestampMicrosecond(),
  );

/** Some rows of a table, in the order given, all types kept. */
export function takeRows(table: AnyTable, rows: readonly number[]): AnyTable {
  const slices: Table[] = [];
  for (let k = 0; k < rows.length; ) {
    const first = k++;
    while (k < rows.length && rows[k] === rows[k - 1] + 1) k++;
    slices.push(table.slice(rows[first], rows[k - 1] + 1));
  }
  if (slices.length === 0) return table.slice(0, 0);
  return new Table(
    table.schema,
    slices.flatMap(({ batches }) => batches),
  );
}

/** 0 … count-1 */
export const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** Smaller before greater; bigints and numbers of one column. */
export const ascending = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** The rows of a number column that have a number, in order of these. */
export function sortedRows(values: readonly (number | bigint | null)[], descending: boolean): number[] {
  const rows = range(values.length).filter((row) => values[row] !== null && !Number.isNaN(values[row]));
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => sign * ascending(values[a] as number, values[b] as number) || a - b);
}

export type { DataType };
