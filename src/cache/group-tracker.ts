import type { Batch } from '../arrow/index.js';
import type { GroupKey } from '../errors.js';
import { DigestList } from './digest-list.js';
import { createGroupHasher } from './group-hasher.js';
import { hashColumn } from './hash-column.js';
import { HashWriter } from './hash-writer.js';
import { PlainWriter } from './plain-value.js';
import { schemaDigest } from './table-digest.js';

/*
 * The half of the cache of groups that stands beside the groups, in workers or in this thread. They are hashed as they lie in shared memory: before
 * the call, which tells what is known, and when the function has had them, which tells whether it has changed them.
 */

/** What became of a group. */
export const GroupState = {
  /** It has no digest: it could not be hashed. */
  open: 0,
  /** It has its digest. */
  hashed: 1,
  /** Its result is known from before. */
  known: 2,
  /** The function has come to its end. That its result arrives is another matter: the worker may die before. */
  run: 3,
  /** The same, and the function changed the group itself: what it handed back is not what it was given. */
  changed: 4,
  /** The same, and what came of it depends on more than the group. */
  unique: 5,
} as const;

/** What it needs. The arrays lie in shared memory. */
export interface GroupCacheTask {
  /** What the digests are made with. */
  readonly secret: Uint8Array;
  /** Each group's digest, once it is known. */
  readonly digests: Uint8Array;
  readonly states: Uint8Array;
  /** The form in which the function gets its groups. */
  readonly form: string;
  /** Are the random numbers of a group the same in every call? */
  readonly isSeeded: boolean;
}

/** Rows of a split table. */
export interface GroupRows {
  readonly batches: readonly Batch[];
  readonly batchOf?: Int32Array;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
  readonly keys: readonly GroupKey[];
}

export class GroupTracker {
  readonly #task: GroupCacheTask;
  readonly #digests: DigestList;
  readonly #rows: GroupRows;
  /** What all groups of a table have in common. */
  readonly #common: readonly Buffer[];

  constructor(task: GroupCacheTask, rows: GroupRows) {
    this.#task = task;
    this.#digests = new DigestList(task.digests);
    this.#rows = rows;
    this.#common = rows.batches.map((batch) => commonDigest(batch, task.form));
  }

  /** Notes a group's digest. */
  hash(group: number): void {
    this.#digests.set(group, this.#digest(group));
    this.#task.states[group] = GroupState.hashed;
  }

  /** Notes that the function has come to its end, and whether it used more than the group and its key. */
  recordRun(group: number, used: { readonly usedIndex: boolean; readonly usedRandom: boolean }): void {
    const { states, isSeeded } = this.#task;
    if (states[group] === GroupState.open) return;
    const isUnique = used.usedIndex || (used.usedRandom && !isSeeded);
    const isSame = this.#digests.equals(group, this.#digest(group));
    states[group] = isUnique ? GroupState.unique : isSame ? GroupState.run : GroupState.changed;
  }

  #digest(group: number): Buffer {
    const { batches, batchOf, from, sizes, keys } = this.#rows;
    const batch = batchOf ? batchOf[group] : 0;
    const numRows = sizes[group];
    const out = new HashWriter(256);
    out.count(numRows);
    new PlainWriter(out).write(keys[group]);
    const hash = createGroupHasher(this.#task.secret, numRows);
    hash.update(this.#common[batch]);
    hash.update(out.finish());
    for (const column of batches[batch].columns) {
      hashColumn(hash, column.type, [column.slice(from[group], numRows)]);
    }
    return hash.digest();
  }
}

/** Whether a column of the columns form shows its numbers as they are depends on the nulls of the whole table. */
function commonDigest({ schema, columns }: Batch, form: string): Buffer {
  const hasNulls = form === 'columns' ? columns.map((column) => column.nullCount > 0) : [];
  return schemaDigest(schema, JSON.stringify(hasNulls));
}
