import type { Batch } from '../arrow/index.js';
import type { GroupKey } from '../errors.js';
import { DigestList } from './digest-list.js';
import { createGroupHasher } from './group-hasher.js';
import { hashColumn } from './hash-column.js';
import { HashWriter } from './hash-writer.js';
import { PlainWriter } from './plain-value.js';
import { schemaDigest } from './table-digest.js';

/*
 * The part of the group cache that runs where the groups run, in workers or in this thread. It hashes a group
 * twice in shared memory: before the call, to find its stored result, and after its function, to see whether
 * that changed it.
 */

/** The states of a group. After the last three, the result may still be lost with its worker. */
export const GroupState = {
  /** No digest yet, or the group cannot be hashed. */
  open: 0,
  hashed: 1,
  /** A stored result has been found. */
  known: 2,
  /** The function has run, and has left the group as it was. */
  run: 3,
  /** The function has run and changed the group, so columns it handed back differ from the input. */
  changed: 4,
  /** The function has run, and its result depends on more than the group: it cannot be stored. */
  unique: 5,
} as const;

/** The data of a {@link GroupTracker}, posted to workers. The digests and states lie in shared memory. */
export interface GroupCacheTask {
  /** The key of the hashes. */
  readonly secret: Uint8Array;
  /** The digest of each group that is hashed. */
  readonly digests: Uint8Array;
  readonly states: Uint8Array;
  /** The form in which the function gets its groups. */
  readonly form: string;
  /** True if a group gets the same random numbers in every call. */
  readonly isSeeded: boolean;
}

/** The groups of a split table, as ranges of rows. */
export interface GroupRows {
  readonly batches: readonly Batch[];
  readonly batchOf?: Int32Array;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
  readonly keys: readonly GroupKey[];
  /** The other frames of a cogroup. */
  readonly others?: readonly OtherFrameRows[];
}

/** The rows of a cogroup's other frame, and the form in which the function gets them. */
interface OtherFrameRows {
  readonly form: string;
  readonly batch: Batch;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
}

/** Hashes groups and records what became of them. */
export class GroupTracker {
  readonly #task: GroupCacheTask;
  readonly #digests: DigestList;
  readonly #rows: GroupRows;
  /** The digest of what all groups of a batch share. */
  readonly #common: readonly Buffer[];
  readonly #othersCommon: readonly Buffer[];

  constructor(task: GroupCacheTask, rows: GroupRows) {
    this.#task = task;
    this.#digests = new DigestList(task.digests);
    this.#rows = rows;
    this.#common = rows.batches.map((batch) => commonDigest(batch, nullsSeen(batch, task.form)));
    this.#othersCommon = (rows.others ?? []).map(({ batch, form }) =>
      commonDigest(batch, [form, nullsSeen(batch, form)]),
    );
  }

  hash(group: number): void {
    this.#digests.set(group, this.#digest(group));
    this.#task.states[group] = GroupState.hashed;
  }

  /**
   * Records that the function has ended.
   * @param used tells if it used more than the group and its key
   */
  recordRun(group: number, used: { readonly usedIndex: boolean; readonly usedRandom: boolean }): void {
    const { states, isSeeded } = this.#task;
    if (states[group] === GroupState.open) return;
    const isUnique = used.usedIndex || (used.usedRandom && !isSeeded);
    const isSame = this.#digests.equals(group, this.#digest(group));
    states[group] = isUnique ? GroupState.unique : isSame ? GroupState.run : GroupState.changed;
  }

  #digest(group: number): Buffer {
    const { batches, batchOf, from, sizes, keys, others = [] } = this.#rows;
    const batch = batchOf ? batchOf[group] : 0;
    const numRows = sizes[group];
    const out = new HashWriter(256);
    out.count(numRows);
    for (const other of others) out.count(other.sizes[group]);
    new PlainWriter(out).write(keys[group]);
    const total = others.reduce((sum, other) => sum + other.sizes[group], numRows);
    const hash = createGroupHasher(this.#task.secret, total);
    hash.update(this.#common[batch]);
    hash.update(out.finish());
    for (const column of batches[batch].columns) {
      hashColumn(hash, column.type, [column.slice(from[group], numRows)]);
    }
    others.forEach((other, at) => {
      hash.update(this.#othersCommon[at]);
      for (const column of other.batch.columns) {
        hashColumn(hash, column.type, [column.slice(other.from[group], other.sizes[group])]);
      }
    });
    return hash.digest();
  }
}

/** Returns the digest of what all groups of a batch share. */
const commonDigest = ({ schema }: Batch, more: unknown): Buffer => schemaDigest(schema, JSON.stringify(more));

/**
 * Returns which columns have nulls, if the function can tell: in the columns form, nulls anywhere in a table
 * change its column's type.
 */
const nullsSeen = ({ columns }: Batch, form: string): boolean[] =>
  form === 'columns' ? columns.map((column) => column.nullCount > 0) : [];
