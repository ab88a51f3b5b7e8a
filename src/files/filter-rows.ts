import { type Data, type DataType, Type, Vector } from 'apache-arrow';
import { getBit } from '../arrow/index.js';
import { scatterColumn } from '../split/index.js';
import type { Comparable } from './format.js';
import { type Condition, matches } from './where.js';

/** Rows that meet conditions: the place of each row in the result, negative for a row that is left out. */
export interface KeptRows {
  readonly places: Int32Array;
  readonly numRows: number;
}

/** Finds the rows that meet all conditions; `columns` are the conditions' columns. */
export function findRows(
  conditions: readonly Condition[],
  columns: readonly Data[],
  numRows: number,
): KeptRows {
  const places = new Int32Array(numRows);
  conditions.forEach((condition, k) => {
    markRows(condition, columns[k], places);
  });
  let next = 0;
  for (let row = 0; row < numRows; row++) if (places[row] >= 0) places[row] = next++;
  return { places, numRows: next };
}

/** Returns the rows of a column that are kept, in shared memory. */
export function keepRows(data: Data, { places, numRows }: KeptRows): Data {
  if (numRows === data.length) return data;
  return scatterColumn({ type: data.type, chunks: [data] }, places, numRows);
}

/** Sets the places of rows that do not meet a condition to -1. */
function markRows(condition: Condition, data: Data, places: Int32Array): void {
  const isNull = nullTest(data);
  const forNull = matches(condition, null);
  const test = rowTest(condition, data);
  for (let row = 0; row < places.length; row++) {
    if (places[row] >= 0 && !(isNull(row) ? forNull : test(row))) places[row] = -1;
  }
}

function nullTest({ nullCount, nullBitmap, offset, type, length }: Data): (row: number) => boolean {
  if (type.typeId === Type.Null || (nullCount === length && length > 0)) return () => true;
  return nullCount > 0 ? (row) => !getBit(nullBitmap as Uint8Array, offset + row) : () => false;
}

function rowTest(condition: Condition, data: Data): (row: number) => boolean {
  const { type, dictionary } = data;
  if (dictionary) {
    const codes = data.values as unknown as ArrayLike<number | bigint>;
    // A dictionary has each value once, so that it is compared once.
    const results = dictionary.data.flatMap((chunk) => {
      const isNull = nullTest(chunk);
      const test = rowTest(condition, chunk);
      return Array.from({ length: chunk.length }, (_, k) => (isNull(k) ? matches(condition, null) : test(k)));
    });
    return (row) => results[Number(codes[row])] ?? false;
  }
  const value = valueAt(type, data);
  return (row) => matches(condition, value(row));
}

function valueAt(type: DataType, data: Data): (row: number) => Comparable {
  const isRaw = type.typeId !== Type.Float && [Type.Int, Type.Date, Type.Timestamp].includes(type.typeId);
  if (isRaw) {
    const values = data.values as unknown as ArrayLike<number | bigint>;
    return (row) => values[row];
  }
  const vector = new Vector([data]);
  return (row) => vector.get(row) as Comparable;
}
