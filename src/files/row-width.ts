import type { DataType } from 'apache-arrow';
import { dataOf, layoutOf, rowBytes } from '../arrow/index.js';

/** Bytes of a text or a list, which only reading would tell. */
const ASSUMED_BYTES = 16;

/** Returns about how many bytes a row of a column takes in memory. */
export function rowWidth(type: DataType): number {
  switch (layoutOf(type)) {
    case 'none':
      return 0;
    case 'bits':
      return 1 / 8;
    case 'fixed':
    case 'dictionary':
    case 'view':
      return rowBytes(dataOf(type, 0, 0, {}));
    case 'variable':
      return ASSUMED_BYTES + 4;
    default:
      return 4 + type.children.reduce((sum, field) => sum + rowWidth(field.type), 0);
  }
}
