import type { Field } from 'apache-arrow';
import type { ChunkedColumn } from '../../split/index.js';
import type { KeyColumn } from './key-column.js';

/** Returns a key column that is made when its rows are first asked for: workers start meanwhile. */
export function lazyColumn(field: Field, isDate: boolean, make: () => ChunkedColumn): KeyColumn {
  let made: ChunkedColumn | undefined;
  const column = () => {
    made ??= make();
    return made;
  };
  return {
    field,
    isDate,
    get type() {
      return column().type;
    },
    get chunks() {
      return column().chunks;
    },
    get periodKeys() {
      return column().periodKeys;
    },
    settle: () => column().settle?.(),
    get isEncoded() {
      return column().isEncoded;
    },
  };
}
