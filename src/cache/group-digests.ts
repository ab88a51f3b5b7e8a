import type { GroupKey } from '../errors.js';
import type { Batch } from '../frame/index.js';
import { ByteWriter } from './byte-writer.js';
import { DIGEST_BYTES, groupHash } from './group-hash.js';
import { hashColumn } from './hash-column.js';
import { fieldsDigest } from './hash-frame.js';
import { PlainWriter } from './plain-value.js';

/*
 * The workers' half of the cache of groups. Groups are hashed in all workers at once, as they lie in shared memory: before the call, which tells
 * what is known, and when the function has had them, which tells whether it has changed them.
 */

/** What became of a group. */
export const GroupState = {
  /** Nothing yet. */
  open: 0,
  /** It has its digest, and no result, or it failed. */
  hashed: 1,
  /** Its result is known from before. */
  known: 2,
  /** It was run. */
  run: 3,
  /** It was run, and the function changed the group itself: what it handed back is not what it was given. */
  changed: 4,
  /** It was run, and what came of it depends on more than the group. */
  unique: 5,
} as const;

/** What workers need of it. The arrays lie in shared memory. */
export interface GroupCacheTask {
  /** What the digests are made with. */
  readonly secret: Uint8Array;
  /** Each group's digest, {@link DIGEST_BYTES} long, once it is known. */
  readonly digests: Uint8Array;
  readonly states: Uint8Array;
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

export class GroupDigests {
  readonly #task: GroupCacheTask;
  readonly #rows: GroupRows;
  readonly #fields: readonly Buffer[];

  constructor(task: GroupCacheTask, rows: GroupRows) {
    this.#task = task;
    this.#rows = rows;
    this.#fields = rows.batches.map(({ schema }) => fieldsDigest(schema.fields));
  }

  /** Notes a group's digest. */
  note(group: number): void {
    this.#task.digests.set(this.#digest(group), group * DIGEST_BYTES);
    this.#task.states[group] = GroupState.hashed;
  }

  /** Is its result known, so that it need not be run? */
  isKnown(group: number): boolean {
    return this.#task.states[group] === GroupState.known;
  }

  /** Notes that a group has its result, and whether the function used more for it than the group and its key. */
  ran(group: number, used: { readonly usedIndex: boolean; readonly usedRandom: boolean }): void {
    const { digests, states, isSeeded } = this.#task;
    if (states[group] === GroupState.open) return;
    const isUnique = used.usedIndex || (used.usedRandom && !isSeeded);
    const at = group * DIGEST_BYTES;
    const isSame = this.#digest(group).equals(digests.subarray(at, at + DIGEST_BYTES));
    states[group] = isUnique ? GroupState.unique : isSame ? GroupState.run : GroupState.changed;
  }

  #digest(group: number): Buffer {
    const { batches, batchOf, from, sizes, keys } = this.#rows;
    const batch = batchOf ? batchOf[group] : 0;
    const out = new ByteWriter(256);
    new PlainWriter(out).write(keys[group]);
    const hash = groupHash(this.#task.secret, sizes[group]);
    hash.update(this.#fields[batch]);
    hash.update(out.finish());
    for (const column of batches[batch].columns) {
      hashColumn(hash, column.type, [column.slice(from[group], sizes[group])]);
    }
    return hash.digest();
  }
}
