import { join } from 'node:path';
import { allocateShared, concatData } from '../arrow/index.js';
import type { Results, Segment, SegmentColumn } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import type { ResolvedCompression } from '../persist/index.js';
import type { AnyFunction } from '../ship/index.js';
import { digest } from './digest.js';
import { DIGEST_BYTES, Digests } from './digests.js';
import { warnOnce } from './entry.js';
import { type GroupCacheTask, GroupState } from './group-digests.js';
import { PACK_LAYOUT, PackIndex, type Place, writePack } from './group-pack.js';
import { nameOf } from './name-of.js';
import { secretOf } from './secret.js';

/** Where a memory keeps what it is given. */
export interface CacheHome {
  readonly folder: string;
  readonly compression: ResolvedCompression | undefined;
}

/** A function whose groups are cached: where their results lie. */
export interface GroupCacheKey {
  readonly home: CacheHome;
  readonly name: string;
  /** The name of the folder, but for the form in which the function gets its groups: it may see others in another one. */
  readonly folder: string;
  readonly isSeeded: boolean;
}

/**
 * Where the results of a function lie; undefined, after a warning, where that cannot be told. `salt` is what they depend on beside the function
 * and the groups. To be called before anything is awaited: what the function uses counts as it is now.
 */
export function groupCacheKey(
  home: CacheHome,
  fn: AnyFunction,
  { seed, salt }: { readonly seed: number | string | undefined; readonly salt: unknown },
): GroupCacheKey | undefined {
  const name = nameOf(fn);
  try {
    const key = digest([PACK_LAYOUT, digest(fn, name), seed, salt], name);
    const folder = `groups-${name.replace(/[^\w-]+/g, '_').slice(0, 60)}-${key}`;
    return { home, name, folder, isSeeded: seed !== undefined };
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    warnOnce(
      `groups ${error.message}`,
      `applyParallel runs ${name} without its cache: ${error.message.replace(/^hash: /, '')}`,
    );
    return undefined;
  }
}

/** What is stored for a function, and what is needed to ask for it. */
export interface GroupStore {
  readonly key: GroupCacheKey;
  readonly form: string;
  readonly folder: string;
  readonly secret: Uint8Array;
  readonly packs: PackIndex;
}

/** Looks into what there is for a function, and begins to read what a table of so many rows is likely to want. */
export async function openGroupStore(key: GroupCacheKey, form: string, numRows: number): Promise<GroupStore> {
  const folder = join(key.home.folder, `${key.folder}-${form}`);
  const [secret, packs] = await Promise.all([secretOf(key.home.folder), PackIndex.read(folder)]);
  packs.prefetch(numRows);
  return { key, form, folder, secret, packs };
}

/** The rows of an input column that belong to the groups of a segment. */
type InputRows = (segment: Segment, column: number) => NonNullable<SegmentColumn['data']>;

/** The groups of a call. */
export interface CachedGroups {
  readonly count: number;
  readonly numRows: number;
  /** The table of each group, where there are several. */
  readonly batchOf?: Int32Array;
  readonly inputRows: InputRows;
}

/**
 * The cache in one call. Once the groups have been hashed it {@link recall}s the results of those that are known, and keeps those of the
 * others as they come.
 */
export class GroupCache {
  /** What workers need. */
  readonly task: GroupCacheTask;
  readonly #store: GroupStore;
  readonly #groups: CachedGroups;
  readonly #digests: Digests;
  readonly #failed = new Set<number>();
  readonly #kept: Segment[] = [];
  /** Groups whose results have arrived, and are kept. */
  readonly #arrived = new Set<number>();
  #empty: Results['empty'];

  constructor(store: GroupStore, groups: CachedGroups) {
    this.#store = store;
    this.#groups = groups;
    const { count } = groups;
    this.#digests = new Digests(new Uint8Array(new SharedArrayBuffer(count * DIGEST_BYTES)));
    this.task = {
      secret: store.secret,
      form: store.form,
      digests: this.#digests.bytes,
      states: new Uint8Array(new SharedArrayBuffer(count)),
      isSeeded: store.key.isSeeded,
    };
  }

  /** Reads the results of the groups that are known. */
  async recall(): Promise<void> {
    const { packs } = this.#store;
    const { states } = this.task;
    const hashed = this.#inState(GroupState.hashed);
    await packs.recall(hashed.map((group) => this.#digests.at(group)));
    for (const group of hashed) {
      if (packs.get(this.#digests.at(group)) !== undefined) states[group] = GroupState.known;
    }
  }

  /** The groups that need not be run, in order. */
  get known(): number[] {
    return this.#inState(GroupState.known);
  }

  #inState(wanted: number): number[] {
    const { states } = this.task;
    return Array.from(states.keys()).filter((group) => states[group] === wanted);
  }

  /** The results of the groups that are known. */
  recalled(): Results {
    const { known } = this;
    const segments: Segment[] = [];
    const given = new Set<Place>();
    for (let at = 0; at < known.length; ) {
      const first = known[at];
      const place = this.#placeOf(first);
      let end = at + 1;
      if (place) {
        // Neighbours that were neighbours when they were stored stay together.
        while (end < known.length && this.#follows(place, first, known[end], end - at)) end++;
        const places = known.slice(at, end).map((group) => this.#placeOf(group) as Place);
        const segment = cut(place, first, end - at);
        // What is written to one group must not show in another that is like it.
        segments.push(places.some((each) => given.has(each)) ? withOwnMemory(segment) : segment);
        for (const each of places) given.add(each);
      }
      at = end;
    }
    return { segments, empty: this.#recalledEmpty(known) };
  }

  #recalledEmpty(known: readonly number[]): Results['empty'] {
    for (const group of known) {
      const fields = this.#store.packs.emptyFieldsOf(this.#digests.at(group));
      if (fields) return { group, fields };
    }
    return undefined;
  }

  #placeOf(group: number): Place | null | undefined {
    return this.#store.packs.get(this.#digests.at(group));
  }

  #follows(place: Place, first: number, group: number, distance: number): boolean {
    const { batchOf } = this.#groups;
    if (group !== first + distance) return false;
    if (batchOf && batchOf[group] !== batchOf[first]) return false;
    const next = this.#placeOf(group);
    return next?.segment === place.segment && next.position === place.position + distance;
  }

  /** A group that cannot be hashed is run, and not kept. */
  warnOfUnhashed(group: string, error: unknown): void {
    const { name } = this.#store.key;
    warnOnce(`unhashed ${name} ${error}`, `${name} runs without its cache for group ${group}: ${error}`);
  }

  /** The group has no result of its own, whatever becomes of it. */
  fail(group: number): void {
    this.#failed.add(group);
  }

  /**
   * Keeps results that have arrived, all those of `groups`. `isShown`: somebody may write to them before they are stored, so that they
   * have to be copied.
   */
  keep({ segments, empty }: Results, groups: Iterable<number>, isShown: boolean): void {
    const { states } = this.task;
    const isGood = (group: number) =>
      !this.#failed.has(group) && (states[group] === GroupState.run || states[group] === GroupState.changed);
    for (const group of groups) if (isGood(group)) this.#arrived.add(group);
    // That of the first group, whichever came first.
    if (empty && isGood(empty.group) && !(this.#empty && this.#empty.group < empty.group))
      this.#empty = empty;
    for (const segment of segments) {
      const members = groupsOf(segment);
      if (!members.every(isGood)) {
        for (const group of members) this.#arrived.delete(group);
        continue;
      }
      const isChanged = members.some((group) => states[group] === GroupState.changed);
      const own = isChanged ? withValues(segment, this.#groups.inputRows) : segment;
      this.#kept.push(isShown ? withOwnMemory(own) : own);
    }
  }

  /** Stores what was kept. A failure is a warning: the results are there. */
  async store(): Promise<void> {
    if (this.#arrived.size === 0) return;
    const { key, folder } = this.#store;
    const filled = this.#kept.flatMap(groupsOf);
    const isFilled = new Set(filled);
    const empty = [...this.#arrived].filter((group) => !isFilled.has(group));
    const content = {
      numRows: this.#groups.numRows,
      filled: this.#digests.pick(filled),
      empty: this.#digests.pick(empty),
      emptyWithColumns: this.#digests.pick(this.#empty ? [this.#empty.group] : []),
    };
    try {
      const results = { segments: this.#kept, empty: this.#empty };
      await writePack(folder, key.name, results, content, key.home.compression);
    } catch (error) {
      const { message } = error as Error;
      warnOnce(`${folder} ${message}`, `the results of ${key.name} are not cached: ${message}`);
    }
  }
}

const groupsOf = ({ first, counts }: Segment): number[] => Array.from(counts, (_, k) => first + k);

function cut({ segment, position, row }: Place, first: number, count: number): Segment {
  const counts = segment.counts.subarray(position, position + count);
  const numRows = counts.reduce((sum, rows) => sum + rows, 0);
  const columns = segment.columns.map((column) =>
    column.data === undefined ? column : { ...column, data: column.data.slice(row, numRows) },
  );
  return { first, counts, numRows, columns };
}

/** A column handed back by a function that had changed it is not the input any more: its values are kept. */
function withValues(segment: Segment, inputRows: InputRows): Segment {
  const columns = segment.columns.map(
    ({ field, input, data }): SegmentColumn =>
      input === undefined ? { field, data } : { field, data: inputRows(segment, input) },
  );
  return { ...segment, columns };
}

function withOwnMemory(segment: Segment): Segment {
  const columns = segment.columns.map(
    (column): SegmentColumn =>
      column.data === undefined
        ? column
        : { ...column, data: concatData(column.data.type, [column.data], allocateShared) },
  );
  return { ...segment, columns };
}
