import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import {
  type Data,
  type DataType,
  DataType as Is,
  MapRow,
  StructRow,
  type Table,
  Vector,
} from 'apache-arrow';

export interface TableEqualOptions {
  /**
   * How far two finite floats may differ: `tolerance * max(1, |a|, |b|)`. 0 means equal to the last bit, and
   * the sign of zero.
   * @default 0
   */
  tolerance?: number;
}

/**
 * The same columns in the same order, of the same Arrow types, with the same value in every row. Batch
 * layout, dictionary codes and metadata may differ. NaN equals NaN, null only null. Times and decimals are
 * compared as stored, not as apache-arrow rounds them.
 */
export function assertTablesEqual(
  actual: Table,
  expected: Table,
  { tolerance = 0 }: TableEqualOptions = {},
): void {
  assert.deepEqual(actual.schema.names, expected.schema.names, 'column names');
  assert.deepEqual(typesOf(actual), typesOf(expected), 'column types');
  assert.equal(actual.numRows, expected.numRows, 'row count');
  for (const name of expected.schema.names) assertColumnsEqual(String(name), actual, expected, tolerance);
}

function typesOf(table: Table): string[] {
  return table.schema.fields.map((field) => `${field.name}: ${field.type}`);
}

function assertColumnsEqual(name: string, actual: Table, expected: Table, tolerance: number): void {
  const got = cells(actual.getChild(name));
  const wanted = cells(expected.getChild(name));
  assert.equal(got.length, wanted.length, `column ${name}: values stored`);
  const row = got.findIndex((value, i) => !sameCell(value, wanted[i], tolerance));
  if (row === -1) return;
  assert.fail(`column ${name}, row ${row}: got ${show(got[row])}, expected ${show(wanted[row])}`);
}

function sameCell(a: unknown, b: unknown, tolerance: number): boolean {
  if (isDeepStrictEqual(a, b)) return true;
  if (tolerance === 0 || typeof a !== 'number' || typeof b !== 'number') return false;
  return Number.isFinite(a - b) && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** A value as one reads it in a message: -0, NaN, 1n and 'text' each told apart. */
function show(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' ? `'${value}'` : String(value);
  return JSON.stringify(value, (_, v) => (typeof v === 'object' ? v : show(v)));
}

/** Every value of a column as plain data: null, number, bigint, string, boolean, array or object. */
function cells(vector: Vector | null): unknown[] {
  return vector === null ? [] : vector.data.flatMap(chunkCells);
}

function chunkCells(data: Data): unknown[] {
  const chunk = new Vector([data]);
  const read = isRounded(data.type)
    ? (row: number) => stored(data, row)
    : (row: number) => plain(chunk.get(row));
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? read(row) : null));
}

/** Types of which `get` gives less than what is stored: microseconds come as milliseconds, for one. */
function isRounded(type: DataType): boolean {
  return [Is.isTimestamp, Is.isDate, Is.isTime, Is.isDuration, Is.isDecimal].some((is) => is(type));
}

function stored({ values, stride }: Data, row: number): unknown {
  return stride === 1 ? values[row] : Array.from(values.subarray(row * stride, (row + 1) * stride));
}

function plain(value: unknown): unknown {
  if (value instanceof Vector) return cells(value);
  if (value instanceof StructRow || value instanceof MapRow) {
    return Object.fromEntries(Array.from(value, ([key, inner]) => [key, plain(inner)]));
  }
  return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : (value ?? null);
}
