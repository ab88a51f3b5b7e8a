import type { Data, DataType, Dictionary } from 'apache-arrow';
import { Type } from 'apache-arrow';
import { getBit } from '../../../arrow/index.js';
import type { ColumnValues } from './column-values.js';
import { physicalOf, physicalTypes } from './physical.js';
import { textColumn } from './text-column.js';
import { wordColumn } from './word-column.js';

/** Returns the values of a column; undefined if Parquet stores its type in another form than memory has. */
export function flatColumn(data: Data): ColumnValues | undefined {
  const { type } = data;
  if (type.typeId === Type.Bool) return booleans(data);
  if (isText(type)) return textColumn(data);
  if (type.typeId === Type.Dictionary && isText((type as Dictionary).dictionary)) return textColumn(data);
  const physical = physicalOf(type);
  return physical === undefined ? undefined : wordColumn(data, physical);
}

const isText = ({ typeId }: DataType) =>
  typeId === Type.Utf8 || typeId === Type.LargeUtf8 || typeId === Type.Binary || typeId === Type.LargeBinary;

function booleans(data: Data): ColumnValues {
  const bits = data.values as Uint8Array;
  const { offset, length } = data;
  const flags = new Uint8Array(length - data.nullCount);
  let count = 0;
  let trues = 0;
  for (let row = 0; row < length; row++) {
    if (data.nullCount > 0 && !getBit(data.nullBitmap as Uint8Array, offset + row)) continue;
    const flag = getBit(bits, offset + row) ? 1 : 0;
    trues += flag;
    flags[count++] = flag;
  }
  return {
    physical: physicalTypes.boolean,
    dictionary: undefined,
    plain(from, to) {
      const packed = new Uint8Array(Math.ceil((to - from) / 8));
      for (let k = from; k < to; k++) packed[(k - from) >> 3] |= flags[k] << ((k - from) & 7);
      return packed;
    },
    range:
      count === 0
        ? undefined
        : { min: Uint8Array.of(trues === count ? 1 : 0), max: Uint8Array.of(trues > 0 ? 1 : 0) },
  };
}
