import assert from 'node:assert/strict';
import {
  Table as ArrowTable,
  type Data,
  type DataType,
  DateDay,
  type Dictionary,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  type Table,
  Timestamp,
  type TimeUnit,
  Uint8,
  Uint64,
  Vector,
} from 'apache-arrow';
import {
  ApplyError,
  applyParallel,
  bins,
  every,
  groupby,
  type KeyMaker,
  keyFrom,
  quantiles,
} from 'apply-parallel';
import { chunksOf } from '../../../support/cells.js';
import type { BinsCase, EveryCase, KeyAnswer, KeyCase, KeyFromCase, QuantilesCase } from './case.js';
import { numberOf } from './case.js';

/** Runs the case here and compares: undefined where both sides agree, else what differs. */
export async function keyMismatch(keyCase: KeyCase, answer: KeyAnswer): Promise<string | undefined> {
  if (answer.failure) return `pandas failed: ${answer.failure}`;
  try {
    if (keyCase.kind === 'every') await checkEvery(keyCase, answer);
    else if (keyCase.kind === 'keyFrom') await checkKeyFrom(keyCase, answer);
    else await checkBins(keyCase, answer);
  } catch (error) {
    const { message, stack } = error as Error;
    return error instanceof assert.AssertionError ? message : `failed here: ${stack}`;
  }
  return undefined;
}

async function checkEvery(
  { unit, zone, times, period, options }: EveryCase,
  answer: KeyAnswer,
): Promise<void> {
  const type =
    unit === 'D' ? new DateDay() : new Timestamp(['s', 'ms', 'us', 'ns'].indexOf(unit) as TimeUnit, zone);
  const values =
    unit === 'D'
      ? Int32Array.from(times, (time) => Number(time))
      : BigInt64Array.from(times, (time) => BigInt(time ?? 0));
  const table = tableOf(columnOf(type, values, times));
  const out = await keysByRow(table, every('v', period, { ...options, name: 'key' }));
  const data = chunksOf(out.table, 0);
  if (out.table.numRows > 0) assert.equal(String(out.table.schema.fields[0].type), String(type));
  const ticks = data.flatMap((chunk) =>
    Array.from({ length: chunk.length }, (_, i) => (chunk.getValid(i) ? String(chunk.values[i]) : null)),
  );
  const ordered = ticks.filter((tick) => tick !== null).map(BigInt);
  assert.ok(
    ordered.every((tick, k) => k === 0 || ordered[k - 1] <= tick),
    'groups in order of time',
  );
  assert.deepEqual(out.rows(ticks), answer.keys);
}

async function checkBins(keyCase: BinsCase | QuantilesCase, answer: KeyAnswer): Promise<void> {
  const table = tableOf(numberColumn(keyCase));
  const hasNumbers = keyCase.values.some((value) => value !== null && value !== 'nan');
  const find = () => keysByRow(table, makerOf(keyCase));
  const hasGivenEdges = keyCase.kind === 'bins' && typeof keyCase.edges !== 'number';
  if (keyCase.kind === 'quantiles' && keyCase.values.some((value) => value === 'inf' || value === '-inf')) {
    // Quantiles beside an infinity are NaN in pandas, which it refuses, or sorts after all numbers.
    if (answer.error !== undefined || (await isRefused(find))) return;
  }
  if (answer.error !== undefined && (hasNumbers || hasGivenEdges)) {
    await assert.rejects(find, (error) => error instanceof ApplyError && error.code === 'ERR_INVALID_OPTION');
    return;
  }
  const out = await find();
  // Where there are no numbers to find edges from, pandas raises, and here no row has a key.
  const { codes = keyCase.values.map(() => null), labels = undefined } = answer;
  const [chunk] = chunksOf(out.table, 0);
  if (chunk === undefined) return;
  const found = Array.from({ length: chunk.length }, (_, i) => (chunk.getValid(i) ? chunk.values[i] : null));
  const ordered = found.filter((code) => code !== null);
  assert.ok(
    ordered.every((code, k) => k === 0 || ordered[k - 1] <= code),
    'groups in order of bins',
  );
  assert.deepEqual(out.rows(found), codes);
  if (labels) {
    assert.ok((chunk.type as Dictionary).isOrdered);
    assert.deepEqual([...(chunk.dictionary as Vector)], labels);
  } else if (labels === null) assert.ok(chunk.type instanceof Int32);
}

const isRefused = (find: () => Promise<unknown>): Promise<boolean> =>
  find().then(
    () => false,
    (error) => error instanceof ApplyError && error.code === 'ERR_INVALID_OPTION',
  );

type Value = number | bigint | null;

/**
 * The functions of keyFrom, which fixtures/key_makers_server.py has too. A row without a value has no key.
 */
const functions: { readonly [name: string]: (value: Value) => number | string | boolean | null } = {
  tens: (value) => (isNumber(value) ? Math.floor(Number(value) / 10) * 10 : null),
  sign: (value) => (isNumber(value) ? Math.sign(Number(value)) : null),
  text: (value) => (isNumber(value) ? `about ${Math.floor(Number(value) / 100)}` : null),
  isLarge: (value) => (isNumber(value) ? Number(value) > 10 : null),
};

const isNumber = (value: Value): boolean => value !== null && Number.isFinite(Number(value));

async function checkKeyFrom(keyCase: KeyFromCase, answer: KeyAnswer): Promise<void> {
  const fn = functions[keyCase.fn];
  const maker = keyFrom('key', (row: { v: Value }) => fn(row.v));
  const out = await keysByRow(tableOf(numberColumn(keyCase)), maker);
  const keys = out.table.numRows === 0 ? [] : [...(out.table.getChildAt(0) as Vector)];
  const texts = keys.map((key) => (key === null ? null : String(key)));
  assert.deepEqual(out.rows(texts), answer.keys);
  const groups = [...new Set(texts)];
  if (answer.groups)
    assert.deepEqual(
      groups.filter((text) => text !== null),
      answer.groups,
    );
}

function makerOf(keyCase: BinsCase | QuantilesCase): KeyMaker {
  if (keyCase.kind === 'quantiles') return quantiles('v', keyCase.q, { ...keyCase.options, name: 'key' });
  const { edges, floatEdges, options } = keyCase;
  if (typeof edges === 'number') return bins('v', edges, { ...options, name: 'key' });
  const numbers = edges.map(numberOf);
  return bins('v', floatEdges ? Float64Array.from(numbers) : numbers, { ...options, name: 'key' });
}

/** The rows group by group, each with its key, and a way back to the order of the frame. */
async function keysByRow(table: Table, maker: KeyMaker) {
  const made = (await applyParallel(
    groupby(table, maker, { dropna: false }),
    (group) => ({ row: (group as Table).getChild('row')?.toArray() }),
    { groupKeys: true, backend: 'inline' },
  )) as Table;
  const places = made.numRows === 0 ? [] : ([...(made.getChild('row') ?? [])] as number[]);
  assert.equal(new Set(places).size, table.numRows);
  return {
    table: made,
    rows<T>(keys: readonly T[]): T[] {
      const rows: T[] = [];
      places.forEach((row, at) => {
        rows[row] = keys[at];
      });
      return rows;
    },
  };
}

const numberTypes = {
  int8: [new Int8(), Int8Array],
  uint8: [new Uint8(), Uint8Array],
  int32: [new Int32(), Int32Array],
  int64: [new Int64(), BigInt64Array],
  uint64: [new Uint64(), BigUint64Array],
  float32: [new Float32(), Float32Array],
  float64: [new Float64(), Float64Array],
} as const;

function numberColumn({ dtype, values }: BinsCase | QuantilesCase | KeyFromCase): Vector {
  const [type, ArrayType] = numberTypes[dtype];
  const isWide = ArrayType === BigInt64Array || ArrayType === BigUint64Array;
  const typed = new ArrayType(values.length);
  values.forEach((value, i) => {
    typed[i] = (isWide ? BigInt(value ?? 0) : value === null ? 0 : numberOf(value)) as never;
  });
  return columnOf(type, typed, values);
}

function columnOf(type: DataType, values: ArrayBufferView, given: readonly unknown[]): Vector {
  const nullBitmap = new Uint8Array(Math.ceil(given.length / 8));
  given.forEach((value, i) => {
    if (value !== null) nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  const nullCount = given.filter((value) => value === null).length;
  const whole = makeData({
    type,
    data: values,
    length: given.length,
    nullCount,
    nullBitmap,
  } as never) as Data;
  // Two chunks, the second of which does not begin at its buffers' first bytes.
  const cut = given.length >> 1;
  return new Vector(given.length > 1 ? [whole.slice(0, cut), whole.slice(cut, given.length - cut)] : [whole]);
}

const tableOf = (column: Vector): Table =>
  new ArrowTable({
    v: column,
    row: new Vector([
      makeData({ type: new Int32(), data: Int32Array.from({ length: column.length }, (_, i) => i) }),
    ]),
  });
