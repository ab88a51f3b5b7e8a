import type { Data, DataType, Dictionary } from 'apache-arrow';
import { allocateShared, bitmapBytes, dataOf, layoutOf, typedValues } from '../arrow/index.js';
import type { HiveValue } from './hive.js';

/** Returns a column that has one value in all rows. For a dictionary column, `value` is a position in it. */
export function constantData(
  type: DataType,
  value: HiveValue,
  length: number,
  dictionary: Data['dictionary'],
): Data {
  if (layoutOf(type) === 'none') return dataOf(type, length, length, {});
  const { BYTES_PER_ELEMENT } = (type as Dictionary).indices?.ArrayType ?? type.ArrayType;
  const values = typedValues(type, allocateShared(length * BYTES_PER_ELEMENT));
  if (value === null) {
    return dataOf(
      type,
      length,
      length,
      { values, validity: allocateShared(bitmapBytes(length)) },
      { dictionary },
    );
  }
  (values as unknown as { fill(value: HiveValue): void }).fill(value);
  return dataOf(type, length, 0, { values }, { dictionary });
}
