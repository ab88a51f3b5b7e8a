import { type Data, type DataType, Dictionary, Vector } from 'apache-arrow';
import {
  allocateShared,
  dataOf,
  indexTypeFor,
  type Narrow,
  narrowWords,
  typedValues,
  ValidityBuilder,
} from '../arrow/index.js';
import { factorizeBytes } from './factorize-bytes.js';
import { firstRowsOf, NO_KEY } from './key-codes.js';
import { takeRows } from './take-rows.js';

/**
 * Makes a dictionary column of text, in shared memory; undefined if more than `limit` values are distinct.
 * Values are in order of first appearance and compared as bytes, so text that is not valid UTF-8 survives.
 * `scratch` has room for the codes of all rows; columns of one table can share it.
 */
export function encodeText(
  type: DataType,
  chunks: readonly Data[],
  limit: number,
  scratch: Int32Array,
): Data | undefined {
  const { length } = scratch;
  const keys = factorizeBytes(type, chunks, scratch);
  const { codes, count } = keys;
  if (count > limit) return undefined;
  const firstRows = firstRowsOf(keys);
  const indices = indexTypeFor(count);
  const encoded = new Dictionary(type, indices as never);
  const values = typedValues(encoded, allocateShared(length * (indices.bitWidth / 8)));
  const hasNulls = chunks.some((chunk) => chunk.nullCount > 0);
  const validity = new ValidityBuilder(length);
  if (hasNulls) {
    for (let row = 0; row < length; row++) {
      if (codes[row] !== NO_KEY) continue;
      codes[row] = 0;
      validity.setNull(row);
    }
  }
  narrowWords(codes, 1, values as unknown as Narrow);
  const dictionary = new Vector([takeRows(type, chunks, firstRows, length)]);
  return dataOf(encoded, length, validity.nulls, { values, validity: validity.bitmap }, { dictionary });
}
