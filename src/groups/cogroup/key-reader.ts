import { rowsIn } from '../../arrow/index.js';
import { castData } from '../../combine/index.js';
import type { GroupKey } from '../../errors.js';
import { keyReader, takeRows } from '../../split/index.js';
import type { GroupKeyColumn } from '../group-keys.js';
import { keyPart } from '../key-part.js';
import type { JoinedKeys } from './find-groups.js';
import { jointKeyType } from './joint-keys.js';

/** Returns what reads the keys of the groups of several sides. */
export function jointKeyReader({ columns, keys, keyRows }: JoinedKeys, isScalar: boolean) {
  const readers = columns.map((ofSides, k) => {
    const valueAt = keyReader(keys[k]);
    const isDate = ofSides.some((column) => column.isDate);
    return (row: number) => keyPart(valueAt(row), isDate);
  });
  return (group: number): GroupKey => {
    const key = readers.map((keyAt) => keyAt(keyRows[group]));
    return isScalar ? key[0] : key;
  };
}

/** Returns the keys of all groups, in the exact types that all sides have in common. */
export function jointKeyColumns({ columns, keys, keyRows }: JoinedKeys): GroupKeyColumn[] {
  return columns.map((ofSides, k) => {
    const { type, chunks } = keys[k];
    const count = rowsIn(chunks);
    const data = takeRows(type, chunks, keyRows, count);
    const named = jointKeyType(ofSides, ({ field }) => field.type);
    const exact = named.typeId === data.type.typeId ? data : castData(data, named);
    return { field: ofSides[0].field.clone({ type: exact.type, nullable: true }), data: exact };
  });
}
