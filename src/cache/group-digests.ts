import { createHash } from 'node:crypto';
import type { GroupKey } from '../errors.js';
import type { Batch } from '../frame/index.js';
import { ByteWriter } from './byte-writer.js';
import { hashColumn } from './hash-column.js';
import { fieldsDigest } from './hash-frame.js';
import { PlainWriter } from './plain-value.js';

/*
 * The worker's half of the cache of groups. Groups are hashed where they are worked on, in all workers at once and as they lie in shared
 * memory; what is already known is not run.
 */

export const DIGEST_BYTES = 16;

/** What became of a group. */
export const GroupState = {
  /** Nothing yet, or it failed. */
  open: 0,
  /** Its result is known from before. */
  known: 1,
  /** It was run. */
  run: 2,
  /** It was run, and the function changed the group itself: what it handed back is not what it was given. */
  changed: 3,
  /** It was run, and what came of it depends on more than the group. */
  unique: 4,
} as const;

/** What workers need of it. The arrays lie in shared memory. */
export interface GroupCacheTask {
  /** Digests of results that are there already, {@link DIGEST_BYTES} each. */
  readonly known: Uint8Array;
  /** Each group's digest, once it is known. */
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
  readonly #known = new Set<string>();
  readonly #fields: readonly Buffer[];

  constructor(task: GroupCacheTask, rows: GroupRows) {
    this.#task = task;
    this.#rows = rows;
    for (let at = 0; at < task.known.length; at += DIGEST_BYTES) this.#known.add(digestAt(task.known, at));
    this.#fields = rows.batches.map(({ schema }) => fieldsDigest(schema.fields));
  }

  /** Notes a group's digest. True when its result is known, so that it need not be run. */
  isKnown(group: number): boolean {
    const { digests, states } = this.#task;
    const digest = this.#digest(group);
    digests.set(digest, group * DIGEST_BYTES);
    const isKnown = this.#known.has(digest.toString('latin1'));
    states[group] = isKnown ? GroupState.known : GroupState.open;
    return isKnown;
  }

  /** Notes that a group has its result, and whether the function used more for it than the group and its key. */
  ran(group: number, used: { readonly usedIndex: boolean; readonly usedRandom: boolean }): void {
    const { digests, states, isSeeded } = this.#task;
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
    const hash = createHash('sha256').update(this.#fields[batch]).update(out.finish());
    for (const column of batches[batch].columns) {
      hashColumn(hash, column.type, [column.slice(from[group], sizes[group])]);
    }
    return hash.digest().subarray(0, DIGEST_BYTES);
  }
}

/** A digest as a key of maps: one character a byte. */
export function digestAt(digests: Uint8Array, at: number): string {
  return Buffer.from(digests.buffer, digests.byteOffset + at, DIGEST_BYTES).toString('latin1');
}
