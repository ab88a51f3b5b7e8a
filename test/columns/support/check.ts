import assert from 'node:assert/strict';
import {
  Bool,
  type DataType,
  Dictionary,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  Table,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import {
  cumsum,
  diff,
  dropNull,
  fillNull,
  filterRows,
  lookup,
  rolling,
  shift,
  sortBy,
  take,
} from 'apply-parallel/columns';
import { adapterFor } from '#dist/frame/index.js';
import type {
  ColumnCase,
  FrameCase,
  HelperAnswer,
  HelperCase,
  JsonColumn,
  JsonFrame,
  JsonValue,
} from './case.js';

/** Returns how this package and pandas differ in a case; undefined if they do not. */
export function helperMismatch(helperCase: HelperCase, answer: HelperAnswer): string | undefined {
  if (answer.failure !== undefined) return `pandas failed: ${answer.failure}`;
  for (const form of ['columns', 'arrow'] as const) {
    try {
      check(helperCase, answer, form);
    } catch (error) {
      return `${form}: ${(error as Error).stack}`;
    }
  }
  return undefined;
}

function check(helperCase: HelperCase, answer: HelperAnswer, form: 'columns' | 'arrow'): void {
  const table = tableOf(helperCase.columns);
  const frame = adapterFor(form).fromArrow(adapterFor('arrow').toArrow(table)) as Table;
  if (answer.error !== undefined) {
    assert.throws(() => run(helperCase, frame, form), { code: 'ERR_INVALID_OPTION' });
    return;
  }
  const made = run(helperCase, frame, form);
  if (answer.values) assert.deepEqual(valuesOf(made as Vector), answer.values);
  else {
    const names =
      made instanceof Table ? made.schema.fields.map(({ name }) => name) : Object.keys(made as object);
    const found = names.map((name) => [name, valuesOf(columnOf(made, name))]);
    assert.deepEqual(Object.fromEntries(found), answer.columns);
  }
  assert.deepEqual(tableOf(helperCase.columns).toString(), table.toString(), 'the frame stays as it was');
}

const columnOf = (frame: unknown, name: string): Vector =>
  (frame instanceof Table ? frame.getChild(name) : (frame as { [name: string]: unknown })[name]) as Vector;

/** The sum that fixtures/columns_server.py makes of a window too. */
function weighted(values: ArrayLike<number>): number {
  let sum = 1000 * values.length;
  for (let i = 0; i < values.length; i++) sum += values[i] * (i + 1);
  return sum;
}

function run(helperCase: HelperCase, frame: Table, form: 'columns' | 'arrow'): unknown {
  if (helperCase.op === 'rolling') {
    const read = (window: Table) =>
      form === 'arrow'
        ? (window.getChild('x')?.toArray() as Float64Array)
        : (window as unknown as { x: Float64Array }).x;
    return rolling(frame, helperCase.options, (window) => weighted(read(window.frame)));
  }
  if ('args' in helperCase && helperCase.op in onColumns) {
    return onColumns[helperCase.op as ColumnCase['op']](columnOf(frame, 'x'), helperCase as ColumnCase);
  }
  return onFrame(helperCase as FrameCase, frame);
}

const onColumns: { readonly [op in ColumnCase['op']]: (x: Vector, helperCase: ColumnCase) => unknown } = {
  shift: (x, { args: { periods, fill }, columns }) =>
    shift(x, periods, fill === undefined ? {} : { fill: scalarOf(fill, columns.x, x) as object }),
  diff: (x, { args }) => diff(x, args.periods),
  cumsum: (x) => cumsum(x),
  dropNull: (x) => dropNull(x),
  fillNull: (x, { args: { value, method, limit }, columns }) =>
    fillNull(
      x,
      method ? { method, ...(limit && { limit }) } : (scalarOf(value as JsonValue, columns.x, x) as number),
    ),
};

/** The value as the column holds it: integers with nulls are floats in the columns form. */
function scalarOf(value: JsonValue, { dtype }: JsonColumn, column: Vector): unknown {
  const isFloat = (column as unknown) instanceof Float64Array;
  if (/int64/.test(dtype) && value !== null && !isFloat) return BigInt(value);
  return dtype === 'time' && typeof value === 'number' && value % 2 === 0 ? new Date(value) : value;
}

function onFrame({ op, args, table }: FrameCase, frame: Table): unknown {
  switch (op) {
    case 'sortBy':
      return sortBy(frame, args.by ?? [], { descending: args.descending });
    case 'take':
      return take(frame, args.rows ?? []);
    case 'filterRows':
      return filterRows(frame, args.mask ?? []);
    case 'lookup':
      return lookup(frame, tableOf(table as JsonFrame), { on: args.on ?? [], how: args.how });
  }
}

/** The values of a column as JSON; NaN is null. */
function valuesOf(column: Iterable<unknown>): JsonValue[] {
  return Array.from(column, (value): JsonValue => {
    if (value === null || Number.isNaN(value)) return null;
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
    return value as JsonValue;
  });
}

const units = {
  s: [TimeUnit.SECOND, 1, 1000n],
  ms: [TimeUnit.MILLISECOND, 1, 1n],
  us: [TimeUnit.MICROSECOND, 1000, 1n],
  ns: [TimeUnit.NANOSECOND, 1_000_000, 1n],
} as const;

const numberTypes: { readonly [dtype: string]: readonly [DataType, { new (length: number): object }] } = {
  int8: [new Int8(), Int8Array],
  uint8: [new Uint8(), Uint8Array],
  int32: [new Int32(), Int32Array],
  int64: [new Int64(), BigInt64Array],
  uint64: [new Uint64(), BigUint64Array],
  float32: [new Float32(), Float32Array],
  float64: [new Float64(), Float64Array],
};

export function tableOf(columns: JsonFrame): Table {
  return new Table(
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, vectorOf(column)])),
  );
}

function vectorOf({ dtype, values, unit, isCategory }: JsonColumn): Vector {
  if (dtype === 'text') {
    const type = isCategory ? new Dictionary(new Utf8(), new Int32()) : new Utf8();
    return inChunks(vectorFromArray(values as string[], type));
  }
  if (dtype === 'bool') return inChunks(vectorFromArray(values as boolean[], new Bool()));
  if (dtype === 'time') {
    const [timeUnit, factor, divisor] = units[unit ?? 'ms'];
    const ticks = values.map((value) => (BigInt(value ?? 0) * BigInt(factor)) / divisor);
    return ofTyped(new Timestamp(timeUnit, null), BigInt64Array.from(ticks), values);
  }
  const [type, ArrayType] = numberTypes[dtype];
  const typed = new ArrayType(values.length) as { [row: number]: unknown };
  values.forEach((value, row) => {
    typed[row] = /int64/.test(dtype) ? BigInt(value ?? 0) : numberOf(value);
  });
  return ofTyped(type, typed, values);
}

const numberOf = (value: JsonValue): number =>
  value === 'inf' || value === '-inf' ? (value === 'inf' ? Infinity : -Infinity) : Number(value);

function ofTyped(type: DataType, data: unknown, values: readonly JsonValue[]): Vector {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (value !== null) nullBitmap[row >> 3] |= 1 << (row & 7);
  });
  const nullCount = values.filter((value) => value === null).length;
  return inChunks(
    new Vector([makeData({ type, data, length: values.length, nullCount, nullBitmap } as never)]),
  );
}

/** Cuts a vector in two chunks, the second of which does not begin at its buffers' first bytes. */
function inChunks(vector: Vector): Vector {
  const [data] = vector.data;
  const cut = data.length >> 1;
  return cut > 0 ? new Vector([data.slice(0, cut), data.slice(cut, data.length - cut)]) : vector;
}
