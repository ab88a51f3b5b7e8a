import {
  Bool,
  type Data,
  type DataType,
  type Decimal,
  type Field,
  Float64,
  Int32,
  Null,
  TimestampMillisecond,
  Type,
  Utf8,
  type Vector,
} from 'apache-arrow';
import { ApplyError, type ErrorCode } from '../errors.js';
import { bitmapBytes, fillBits } from './bits.js';
import {
  clearNulls,
  dictionaryValues,
  readAny,
  readCodes,
  readDates,
  readNumbers,
  valuesOfColumn,
} from './danfo-values.js';
import { type Inferred, inferColumn, JS_KIND } from './infer.js';
import { dataOf, layoutOf } from './layout.js';

/** The key in a field's metadata under which a column keeps its danfojs dtype. */
export const DANFO_DTYPE = 'danfo.dtype';

/** The dtypes danfojs 1.2 knows. */
export type DanfoDtype = 'float32' | 'int32' | 'string' | 'boolean' | 'datetime' | 'undefined';

/** Cells of a danfojs column as an Arrow column, with the dtype that tells the truth about them. */
export function columnFromDanfo(
  cells: readonly unknown[],
  name: string,
  dtype: string,
  code: ErrorCode,
): Inferred & { dtype: string } {
  const inferred = inferColumn(cells, name, { code, nanIsMissing: true });
  const { data } = inferred;
  switch (data.type.typeId as Type) {
    case Type.Null:
      return missing(data, dtype);
    case Type.Float: {
      if (dtype === 'float32') return { data, dtype };
      const saysNothing = dtype !== 'int32' && cells.every(isMissing);
      if (saysNothing && dtype !== 'undefined') return missing(data, dtype);
      if (saysNothing || !allIntegers(data.values as Float64Array)) return { data, dtype: 'float32' };
      return { data: asInt32(data) ?? data, dtype: 'int32' };
    }
    default:
      return { ...inferred, dtype: truthful(dtype, dtypeOfType(data.type.typeId), data.type, cells) };
  }
}

const isMissing = (cell: unknown): boolean => cell === null || cell === undefined || Number.isNaN(cell);

const isNumeric = (dtype: string): boolean => dtype === 'int32' || dtype === 'float32';

/** danfojs calls a column of nulls float32 for want of a better word, so that word alone tells nothing. */
function missing({ length: n }: Data, dtype: string): Inferred & { dtype: string } {
  const validity = new Uint8Array(bitmapBytes(n));
  const nulls = (type: DataType, buffers: { offsets?: Int32Array; values: ArrayBufferView }): Data =>
    dataOf(type, n, n, { ...buffers, validity });
  switch (dtype) {
    case 'int32':
      return { data: nulls(new Int32(), { values: new Int32Array(n) }), dtype };
    case 'boolean':
      return { data: nulls(new Bool(), { values: new Uint8Array(bitmapBytes(n)) }), dtype };
    case 'string':
      return {
        data: nulls(new Utf8(), { offsets: new Int32Array(n + 1), values: new Uint8Array(0) }),
        dtype,
      };
    case 'datetime':
      return {
        data: nulls(new TimestampMillisecond(), { values: new BigInt64Array(n) }),
        kind: 'Date',
        dtype,
      };
    case 'float32':
      if (n === 0) return { data: nulls(new Float64(), { values: new Float64Array(0) }), dtype };
  }
  return { data: dataOf(new Null(), n, n, {}), dtype };
}

/** Missing cells stand as 0 here, or as NaN. */
function allIntegers(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isInteger(value) && !Number.isNaN(value)) return false;
  }
  return true;
}

/** The column as Int32, NaN as null; undefined where a value does not fit, as -0 does not. */
function asInt32(data: Data): Data | undefined {
  const values = data.values as Float64Array;
  const n = values.length;
  const out = new Int32Array(n);
  let validity = data.nullBitmap as Uint8Array | undefined;
  let nulls = data.nullCount;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    out[i] = value;
    if (out[i] === value && (value !== 0 || 1 / value > 0)) continue;
    if (!Number.isNaN(value)) return undefined;
    if (!validity) {
      validity = new Uint8Array(bitmapBytes(n));
      fillBits(validity, 0, n);
    }
    validity[i >>> 3] &= ~(1 << (i & 7));
    nulls++;
  }
  return dataOf(new Int32(), n, nulls, { values: out, validity });
}

/** What danfojs itself takes for a number when it guesses a dtype. */
function allNumeric(cells: ArrayLike<unknown>): boolean {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (typeof cell === 'string' && Number.isNaN(Number(cell))) return false;
  }
  return true;
}

/** An Arrow column as danfojs holds it: cells and dtype. */
export function danfoFromColumn(chunks: readonly Data[], field: Field): { cells: unknown[]; dtype: string } {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const cells = new Array<unknown>(length);
  let dtype: DanfoDtype = dtypeOfType(field.type.typeId);
  let at = 0;
  for (const chunk of chunks) {
    dtype = readCells(chunk, field, cells, at);
    at += chunk.length;
  }
  return { cells, dtype: truthful(field.metadata.get(DANFO_DTYPE), dtype, field.type, cells) };
}

function dtypeOfType(typeId: Type): DanfoDtype {
  switch (typeId) {
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      return 'int32';
    case Type.Float:
    case Type.Decimal:
      return 'float32';
    case Type.Bool:
      return 'boolean';
    case Type.Date:
    case Type.Timestamp:
      return 'datetime';
    case Type.Null:
      return 'undefined';
    default:
      return 'string';
  }
}

/** Reads one chunk and says which dtype its type stands for. Missing is NaN among numbers, whose arithmetic takes null for 0; else null. */
function readCells(data: Data, field: Field, out: unknown[], at: number): DanfoDtype {
  const typeId = data.type.typeId as Type;
  const dtype = dtypeOfType(typeId);
  switch (typeId) {
    case Type.Null:
      out.fill(isNumeric(field.metadata.get(DANFO_DTYPE) ?? '') ? Number.NaN : null, at, at + data.length);
      return dtype;
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      if (data.values instanceof BigInt64Array || data.values instanceof BigUint64Array) {
        if (field.metadata.get(JS_KIND) === 'bigint') break;
        readSafe(data, field.name, out, at);
      } else readNumbers(data.values as Int32Array, data.length, out, at);
      clearNulls(data, out, at, Number.NaN);
      return dtype;
    case Type.Float:
      if (data.values instanceof Uint16Array) readAny(data, out, at);
      else readNumbers(data.values as Float64Array, data.length, out, at);
      clearNulls(data, out, at, Number.NaN);
      return dtype;
    case Type.Decimal:
      readDecimals(data, out, at);
      clearNulls(data, out, at, Number.NaN);
      return dtype;
    case Type.Date:
      readAny(data, out, at);
      for (let i = at; i < at + data.length; i++) if (out[i] !== null) out[i] = new Date(out[i] as number);
      return dtype;
    case Type.Timestamp:
      readDates(data, out, at);
      clearNulls(data, out, at, null);
      return dtype;
    case Type.Dictionary:
      return readDictionary(data, field, out, at);
  }
  const values = valuesOfColumn([data], field);
  for (let i = 0; i < values.length; i++) out[at + i] = values[i];
  return dtype;
}

function readDictionary(data: Data, field: Field, out: unknown[], at: number): DanfoDtype {
  const dictionary = data.dictionary as Vector;
  const form = `danfo ${field.metadata.get(JS_KIND) ?? ''}`;
  const values = dictionaryValues(dictionary, form, () => {
    const cells = new Array<unknown>(dictionary.length);
    let position = 0;
    for (const chunk of dictionary.data) {
      readCells(chunk, field, cells, position);
      position += chunk.length;
    }
    return cells;
  });
  readCodes(data, values, out, at);
  const dtype = dtypeOfType(dictionary.type.typeId);
  clearNulls(data, out, at, isNumeric(dtype) ? Number.NaN : null);
  return dtype;
}

/** 64-bit integers as numbers, read as halves; one that a number cannot hold is refused, in whichever group it is. */
function readSafe(data: Data, name: string, out: unknown[], at: number): void {
  const longs = data.values as BigInt64Array | BigUint64Array;
  const low = new Uint32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  const high =
    longs instanceof BigUint64Array ? low : new Int32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  for (let i = 0; i < data.length; i++) {
    const value = high[2 * i + 1] * 2 ** 32 + low[2 * i];
    if (!Number.isSafeInteger(value) && data.getValid(i)) {
      throw new ApplyError(
        'ERR_SCHEMA_MISMATCH',
        `column ${JSON.stringify(name)} holds ${longs[i]}, and danfojs has only numbers, exact up to 2^53: ` +
          "ask for another form with input: 'columns' or 'arrow', or turn the column into strings first",
      );
    }
    out[at + i] = value;
  }
}

function readDecimals(data: Data, out: unknown[], at: number): void {
  const words = data.values as Uint32Array;
  const { stride } = data;
  const { scale } = data.type as Decimal;
  for (let i = 0; i < data.length; i++) {
    let value = 0n;
    for (let k = stride - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[i * stride + k]);
    out[at + i] = Number(`${BigInt.asIntN(stride * 32, value)}e${-scale}`);
  }
}

/**
 * The recorded dtype, unless it is untrue: danfojs can guess it wrong, or another group has brought fractions into an int32 column,
 * or strings into one that was all null.
 */
function truthful(
  recorded: string | undefined,
  natural: DanfoDtype,
  type: DataType,
  cells: readonly unknown[],
): string {
  if (recorded === undefined || recorded === natural) return natural;
  if (natural === 'undefined') return recorded;
  let isTrue = recorded !== 'undefined';
  switch (natural) {
    case 'int32':
      isTrue = recorded === 'float32';
      break;
    case 'float32':
      isTrue = recorded === 'int32' && allIntegers(cells as number[]);
      break;
    case 'boolean':
      // What danfojs says of booleans some of which are missing.
      isTrue = recorded === 'float32';
      break;
    case 'datetime':
      // 'string' is how users get at `.dt`.
      isTrue = recorded === 'float32' || recorded === 'string';
      break;
    case 'string':
      if (layoutOf(type) === 'variable') isTrue = isNumeric(recorded) && allNumeric(cells);
  }
  return isTrue ? recorded : natural;
}
