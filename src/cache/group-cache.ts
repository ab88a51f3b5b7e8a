import type { Results, Segment } from '../combine/index.js';
import { DIGEST_BYTES, DigestList } from './digest-list.js';
import { writePack } from './group-pack.js';
import type { GroupStore } from './group-store.js';
import { type GroupCacheTask, GroupState } from './group-tracker.js';
import type { ResultLocation } from './pack-index.js';
import { type PackBatch, PackJournal } from './pack-journal.js';
import { copySegment, groupsOf, type InputRows, sliceSegment, withInputRows } from './segments.js';
import { warnOnce } from './warnings.js';

/** The groups of a call. */
export interface CachedGroups {
  readonly count: number;
  readonly numRows: number;
  /** The number of each group's batch; undefined if there is one batch. */
  readonly batchOf?: Int32Array;
  readonly inputRows: InputRows;
}

/** The cache during one call: reads the results of known groups, and stores those of the others. */
export class GroupCache {
  /** The part of the cache that workers get. */
  readonly task: GroupCacheTask;
  readonly #store: GroupStore;
  readonly #groups: CachedGroups;
  readonly #digests: DigestList;
  readonly #failed = new Set<number>();
  readonly #journal = new PackJournal((batch) => this.#write(batch));

  constructor(store: GroupStore, groups: CachedGroups) {
    this.#store = store;
    this.#groups = groups;
    const { count } = groups;
    this.#digests = new DigestList(new Uint8Array(new SharedArrayBuffer(count * DIGEST_BYTES)));
    this.task = {
      secret: store.secret,
      form: store.form,
      digests: this.#digests.bytes,
      states: new Uint8Array(new SharedArrayBuffer(count)),
      isSeeded: store.key.isSeeded,
    };
  }

  /** Reads stored results and marks the groups that have one as known. The groups must have been hashed. */
  async readKnown(): Promise<void> {
    const { packs } = this.#store;
    const { states } = this.task;
    const hashed = this.#inState(GroupState.hashed);
    await packs.load(hashed.map((group) => this.#digests.at(group)));
    for (const group of hashed) {
      if (packs.get(this.#digests.at(group)) !== undefined) states[group] = GroupState.known;
    }
  }

  /** The groups that need not run, in order. */
  get known(): number[] {
    return this.#inState(GroupState.known);
  }

  #inState(wanted: number): number[] {
    const { states } = this.task;
    return Array.from(states.keys()).filter((group) => states[group] === wanted);
  }

  knownResults(): Results {
    const { known } = this;
    const segments: Segment[] = [];
    const used = new Set<ResultLocation>();
    for (let at = 0; at < known.length; ) {
      const first = known[at];
      const location = this.#locationOf(first);
      let end = at + 1;
      if (location) {
        // Groups that follow each other here and in the file stay in one segment.
        while (end < known.length && this.#follows(location, first, known[end], end - at)) end++;
        const locations = known.slice(at, end).map((group) => this.#locationOf(group) as ResultLocation);
        const segment = sliceSegment(location.segment, location, first, end - at);
        // Equal groups share one stored result. Copied, since a caller may write to the results.
        segments.push(locations.some((each) => used.has(each)) ? copySegment(segment) : segment);
        for (const each of locations) used.add(each);
      }
      at = end;
    }
    return { segments, empty: this.#knownEmpty(known) };
  }

  #knownEmpty(known: readonly number[]): Results['empty'] {
    for (const group of known) {
      const fields = this.#store.packs.emptyFieldsOf(this.#digests.at(group));
      if (fields) return { group, fields };
    }
    return undefined;
  }

  #locationOf(group: number): ResultLocation | null | undefined {
    return this.#store.packs.get(this.#digests.at(group));
  }

  /** Returns whether a group comes `distance` after `first`, and its result as far after `location`. */
  #follows(location: ResultLocation, first: number, group: number, distance: number): boolean {
    const { batchOf } = this.#groups;
    if (group !== first + distance) return false;
    if (batchOf && batchOf[group] !== batchOf[first]) return false;
    const next = this.#locationOf(group);
    return next?.segment === location.segment && next.position === location.position + distance;
  }

  /** Warns of a group that cannot be hashed: it runs, and its result is not stored. */
  warnOfUnhashed(group: string, error: unknown): void {
    const { name } = this.#store.key;
    warnOnce(`unhashed ${name} ${error}`, `${name} runs without its cache for group ${group}: ${error}`);
  }

  /**
   * Notes that groups have run in a process that cannot reach the states.
   * @param unique those of them whose results depend on more than the group
   */
  noteRun(groups: Iterable<number>, unique: readonly number[]): void {
    const { states } = this.task;
    const isUnique = new Set(unique);
    for (const group of groups) {
      if (states[group] === GroupState.open) continue;
      states[group] = isUnique.has(group) ? GroupState.unique : GroupState.run;
    }
  }

  /** Notes that a group has failed. A result that `onError` gives in its place is not stored. */
  fail(group: number): void {
    this.#failed.add(group);
  }

  /**
   * Stores results at most a second later.
   * @param groups all groups that the results are of, those with empty results included
   * @param isShown true if the caller gets the results before they are stored: they are copied, as it may
   *   change them
   */
  keep({ segments, empty }: Results, groups: Iterable<number>, isShown: boolean): void {
    const { states } = this.task;
    const isStorable = (group: number) =>
      !this.#failed.has(group) && (states[group] === GroupState.run || states[group] === GroupState.changed);
    const arrived = new Set<number>();
    const kept: Segment[] = [];
    for (const group of groups) if (isStorable(group)) arrived.add(group);
    for (const segment of segments) {
      const members = groupsOf(segment);
      if (!members.every(isStorable)) {
        for (const group of members) arrived.delete(group);
        continue;
      }
      // Changed groups are stored by value: a reference to the input would give the rows before the change.
      const isChanged = members.some((group) => states[group] === GroupState.changed);
      const own = isChanged ? withInputRows(segment, this.#groups.inputRows) : segment;
      kept.push(isShown ? copySegment(own) : own);
    }
    if (arrived.size === 0) return;
    const columns = empty && isStorable(empty.group) ? empty : undefined;
    this.#journal.add({ segments: kept, groups: [...arrived], empty: columns });
  }

  /** Stores the results that are not stored yet. */
  store(): Promise<void> {
    return this.#journal.end();
  }

  /** Writes a pack. Only warns if that fails: the caller gets its results. */
  async #write({ segments, groups, empty }: PackBatch) {
    const { key, folder } = this.#store;
    const filled = segments.flatMap(groupsOf);
    const isFilled = new Set(filled);
    const content = {
      numRows: this.#groups.numRows,
      filled: this.#digests.pick(filled),
      empty: this.#digests.pick(groups.filter((group) => !isFilled.has(group))),
      emptyWithColumns: this.#digests.pick(empty ? [empty.group] : []),
    };
    try {
      return await writePack(folder, key.name, { segments, empty }, content, key.home.compression);
    } catch (error) {
      const { message } = error as Error;
      warnOnce(`${folder} ${message}`, `the results of ${key.name} are not cached: ${message}`);
      return undefined;
    }
  }
}
