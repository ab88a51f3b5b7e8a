import type { Data, DataType } from 'apache-arrow';
import { type Allocate, concatData, constantWidth, dataOf, layoutOf, rowsIn } from '../arrow/index.js';
import { type ConstantOffsets, constantBytes } from './constant-offsets.js';

/**
 * Joins the chunks of a column whose rows are at their places. Columns of texts of one constant width share
 * their offsets, which take longer to join than the texts.
 */
export function joinInOrder(
  type: DataType,
  chunks: readonly Data[],
  allocate: Allocate,
  constantOffsets: ConstantOffsets,
): Data {
  const isVariable = layoutOf(type) === 'variable' && chunks.every(({ nullCount }) => nullCount === 0);
  const width = isVariable ? constantWidth(chunks) : undefined;
  if (width === undefined) return concatData(type, chunks, allocate);
  const length = rowsIn(chunks);
  const offsets = constantOffsets.get(type, length, width);
  const values = allocate(length * width, true);
  let at = 0;
  for (const chunk of chunks) {
    if (chunk.length > 0) values.set(constantBytes(chunk, width), at);
    at += chunk.length * width;
  }
  return dataOf(type, length, 0, { offsets, values });
}
