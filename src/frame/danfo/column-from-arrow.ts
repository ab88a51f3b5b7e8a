import {
  type Data,
  type DataType,
  type Decimal,
  type Dictionary,
  type Field,
  Type,
  type Vector,
} from 'apache-arrow';
import {
  decimalNumber,
  dictionaryValues,
  fillNulls,
  JS_KIND,
  lookUpIndices,
  readAny,
  readDates,
  readDecimalWords,
  readNumbers,
  valuesOfColumn,
} from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { LazyCells } from '../lazy-cells.js';
import { correctedDtype, DANFO_DTYPE, dtypeOfType, isNumeric } from './dtype.js';

/** Converts an Arrow column to cells and dtype; the cells are read when they are first used. */
export function danfoFromColumn(chunks: readonly Data[], field: Field): { cells: LazyCells; dtype: string } {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const cells = new LazyCells(length, () => readColumn(chunks, length, field));
  // Reads at once where a number may be refused: the error must not depend on which columns a function uses.
  // biome-ignore lint/complexity/noVoid: the getter reads the cells.
  if (mayBeRefused(field)) void cells.all;
  const natural = dtypeOfType(valueType(field.type).typeId);
  return {
    cells,
    dtype: correctedDtype(field.metadata.get(DANFO_DTYPE), natural, field.type, () => cells.all),
  };
}

const valueType = (type: DataType): DataType =>
  type.typeId === Type.Dictionary ? (type as Dictionary).dictionary : type;

/** Tells whether the column has 64-bit integers that are shown as numbers, which may be inexact. */
function mayBeRefused({ type, metadata }: Field): boolean {
  const { typeId, ArrayType } = valueType(type);
  const isNumber = typeId === Type.Int || typeId === Type.Time || typeId === Type.Duration;
  const isLong = ArrayType === BigInt64Array || ArrayType === BigUint64Array;
  return isNumber && isLong && metadata.get(JS_KIND) !== 'bigint';
}

function readColumn(chunks: readonly Data[], length: number, field: Field): unknown[] {
  const cells = new Array<unknown>(length);
  let at = 0;
  for (const chunk of chunks) {
    readCells(chunk, field, cells, at);
    at += chunk.length;
  }
  return cells;
}

/**
 * Reads one chunk. A missing number is NaN, because danfojs' arithmetic takes null for 0; any other missing
 * value is null.
 */
function readCells(data: Data, field: Field, out: unknown[], at: number): void {
  const typeId = data.type.typeId as Type;
  switch (typeId) {
    case Type.Null:
      out.fill(isNumeric(field.metadata.get(DANFO_DTYPE) ?? '') ? Number.NaN : null, at, at + data.length);
      return;
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      if (data.values instanceof BigInt64Array || data.values instanceof BigUint64Array) {
        if (field.metadata.get(JS_KIND) === 'bigint') break;
        readSafe(data, field.name, out, at);
      } else readNumbers(data.values as Int32Array, data.length, out, at);
      fillNulls(data, out, at, Number.NaN);
      return;
    case Type.Float:
      if (data.values instanceof Uint16Array) readAny(data, out, at);
      else readNumbers(data.values as Float64Array, data.length, out, at);
      fillNulls(data, out, at, Number.NaN);
      return;
    case Type.Decimal:
      readDecimals(data, out, at);
      fillNulls(data, out, at, Number.NaN);
      return;
    case Type.Date:
      readAny(data, out, at);
      for (let i = at; i < at + data.length; i++) if (out[i] !== null) out[i] = new Date(out[i] as number);
      return;
    case Type.Timestamp:
      readDates(data, out, at);
      fillNulls(data, out, at, null);
      return;
    case Type.Dictionary:
      return readDictionary(data, field, out, at);
  }
  const values = valuesOfColumn([data], field);
  for (let i = 0; i < values.length; i++) out[at + i] = values[i];
}

function readDictionary(data: Data, field: Field, out: unknown[], at: number): void {
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
  lookUpIndices(data, values, out, at);
  const dtype = dtypeOfType(dictionary.type.typeId);
  fillNulls(data, out, at, isNumeric(dtype) ? Number.NaN : null);
}

/** Reads 64-bit integers as numbers, in two halves; throws for one that a number cannot hold exactly. */
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
  const { scale } = data.type as Decimal;
  for (let i = 0; i < data.length; i++) {
    out[at + i] = decimalNumber(readDecimalWords(words, i, data.stride), scale);
  }
}
