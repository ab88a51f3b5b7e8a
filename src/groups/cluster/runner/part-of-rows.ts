import type { Table } from 'apache-arrow';
import { type PackedBatch, packBatch } from '../../../arrow/index.js';
import type { GroupKey } from '../../../errors.js';
import { keyReader } from '../../../split/index.js';
import { GroupBy } from '../../frame-groupby.js';
import type { GroupKeyColumn } from '../../group-keys.js';
import type { Shards } from '../../group-source.js';
import { type KeyColumns, keyColumns } from '../../key-columns.js';
import { keyIdentity } from '../../key-identity.js';
import { keyPart } from '../../key-part.js';
import { batchOfKeys } from '../key-batch.js';
import type { RowGrouping } from '../protocol.js';

/** Groups that a runner works on. */
export interface RunnerPart {
  readonly at?: number;
  readonly count: number;
  readonly sizes: Int32Array;
  readonly keys: readonly GroupKey[];
  /** The keys as columns, if the program does not know them. */
  readonly keyBatch?: PackedBatch;
  /** The keys as columns, for results that stay on the cluster. */
  readonly keyColumns?: readonly GroupKeyColumn[];
  readonly shards: Shards;
  /** The forms of the frames; the first is the call's if undefined. */
  readonly forms: readonly (string | undefined)[];
  /** The position of the first group in the whole call; NaN where nobody knows it. */
  readonly firstIndex: number;
  /** Returns the rows as they were. */
  split(): Shards;
}

/** Splits rows into groups, as a call in one process does. */
export function partOfRows(table: Table, { by, isScalar, dropna }: RowGrouping): RunnerPart {
  const keys = keysOf(table, by, isScalar);
  const groups = new GroupBy<object>({ table, kind: 'arrow' }, keys, { sort: true, dropna, observed: true });
  const source = GroupBy.source(groups);
  const { count } = source;
  const columns = source.keyColumns();
  return {
    count,
    sizes: source.sizes,
    keys: Array.from({ length: count }, (_, group) => source.key(group)),
    keyBatch: packBatch(batchOfKeys(columns, count)),
    keyColumns: columns,
    shards: source.split(),
    forms: [undefined],
    firstIndex: Number.NaN,
    split: source.split,
  };
}

const keysOf = (table: Table, by: readonly string[], isScalar: boolean): KeyColumns =>
  keyColumns(table, isScalar ? by[0] : by);

/**
 * Returns the row where the last group begins, of rows in which equal keys stand together. 0 if all have one
 * key.
 *
 * @param first so many rows at the beginning have one key; a group that goes on for long is not looked at
 *   anew with each piece
 */
export function beginOfLastGroup(table: Table, { by, isScalar }: RowGrouping, first = 0): number {
  const readers = keysOf(table, by, isScalar).columns.map(keyReader);
  const identityAt = (row: number) => keyIdentity(readers.map((valueAt) => keyPart(valueAt(row), false)));
  let row = table.numRows - 1;
  if (row < first) return 0;
  const last = identityAt(row);
  while (row > first && identityAt(row - 1) === last) row--;
  return row === first && first > 0 && identityAt(first - 1) === last ? 0 : row;
}
