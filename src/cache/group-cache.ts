import { join } from 'node:path';
import type { Results, Segment, SegmentColumn } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import type { ResolvedCompression } from '../persist/index.js';
import type { AnyFunction } from '../ship/index.js';
import { digest } from './digest.js';
import { warnOnce } from './entry.js';
import { type GroupCacheTask, GroupState } from './group-digests.js';
import { DIGEST_BYTES } from './group-hash.js';
import { digestAt, PackIndex, type Place, writePack } from './group-pack.js';

/** Where a memory keeps what it is given. */
export interface CacheHome {
  readonly folder: string;
  readonly compression: ResolvedCompression | undefined;
}

/** A function whose groups are cached: where their results lie. */
export interface GroupCacheKey extends CacheHome {
  readonly name: string;
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
  const name = fn.name || 'anonymous';
  try {
    const key = digest([digest(fn, name), seed, salt], name);
    return {
      ...home,
      name,
      isSeeded: seed !== undefined,
      folder: join(home.folder, `groups-${name.replace(/[^\w-]+/g, '_').slice(0, 60)}-${key}`),
    };
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    warnOnce(
      `groups ${error.message}`,
      `applyParallel runs ${name} without its cache: ${error.message.replace(/^hash: /, '')}`,
    );
    return undefined;
  }
}

/** The rows of an input column that belong to the groups of a segment. */
type InputRows = (segment: Segment, column: number) => NonNullable<SegmentColumn['data']>;

export interface CachedGroups {
  readonly count: number;
  /** The table of each group, where there are several. */
  readonly batchOf?: Int32Array;
}

/** The cache in one call: gives the results of groups that are known, and keeps those of the others. */
export class GroupCache {
  /** What workers need. */
  readonly task: GroupCacheTask;
  readonly #count: number;
  readonly #batchOf: Int32Array | undefined;
  readonly #kept: Segment[] = [];
  #empty: Results['empty'];

  private constructor(
    private readonly key: GroupCacheKey,
    private readonly index: PackIndex,
    private readonly numRows: number,
    { count, batchOf }: CachedGroups,
  ) {
    this.#count = count;
    this.#batchOf = batchOf;
    this.task = {
      secret: index.secret,
      digests: new Uint8Array(new SharedArrayBuffer(count * DIGEST_BYTES)),
      states: new Uint8Array(new SharedArrayBuffer(count)),
      isSeeded: key.isSeeded,
    };
  }

  /**
   * Reads what there is, while the table of `numRows` is being split; gives what makes the cache of its groups. They have to be hashed
   * next, and then {@link recall}ed. `form` is that in which the function gets its groups: it may see others in another one.
   */
  static async open(
    key: GroupCacheKey,
    form: string,
    numRows: number,
  ): Promise<(groups: CachedGroups) => GroupCache> {
    const own = { ...key, folder: `${key.folder}-${form}` };
    const index = await PackIndex.read(own.folder);
    index.prefetch(numRows);
    return (groups) => new GroupCache(own, index, numRows, groups);
  }

  /** Reads the results of the groups that are known. */
  async recall(): Promise<void> {
    const { states, digests } = this.task;
    for (let group = 0; group < this.#count; group++) {
      if (states[group] !== GroupState.hashed) continue;
      if (await this.index.recall(digestAt(digests, group))) states[group] = GroupState.known;
    }
  }

  /** A group that cannot be hashed is run, and not kept. */
  warnOfUnhashed(group: string, error: unknown): void {
    const { name } = this.key;
    warnOnce(`unhashed ${name} ${error}`, `${name} runs without its cache for group ${group}: ${error}`);
  }

  get knowsAll(): boolean {
    return this.#count > 0 && this.task.states.every((state) => state === GroupState.known);
  }

  /** How many groups were known. */
  get hits(): number {
    return this.task.states.reduce((sum, state) => sum + (state === GroupState.known ? 1 : 0), 0);
  }

  /** The results of some groups together with those of the known ones among them. */
  complete(results: Results, groups: readonly number[]): Results {
    this.#kept.push(...results.segments);
    const { empty } = results;
    // That of the first group, whichever came first.
    if (empty && !(this.#empty && this.#empty.group < empty.group)) this.#empty = empty;
    const known = groups
      .filter((group) => this.task.states[group] === GroupState.known)
      .sort((a, b) => a - b);
    if (known.length === 0) return results;
    const segments = [...results.segments, ...this.#segmentsOf(known)];
    const fields = this.index.emptyFields;
    return { segments, empty: empty ?? (fields && { group: known[0], fields }) };
  }

  /** Neighbours that were neighbours when they were stored stay together. */
  #segmentsOf(known: readonly number[]): Segment[] {
    const segments: Segment[] = [];
    for (let at = 0; at < known.length; ) {
      const first = known[at];
      const place = this.#placeOf(first);
      let end = at + 1;
      while (place && end < known.length && this.#follows(place, first, known[end], end - at)) end++;
      if (place) segments.push(cut(place, first, end - at));
      at = end;
    }
    return segments;
  }

  #placeOf(group: number): Place | null | undefined {
    return this.index.get(digestAt(this.task.digests, group));
  }

  #follows(place: Place, first: number, group: number, distance: number): boolean {
    if (group !== first + distance) return false;
    if (this.#batchOf && this.#batchOf[group] !== this.#batchOf[first]) return false;
    const next = this.#placeOf(group);
    return next?.segment === place.segment && next.position === place.position + distance;
  }

  /** Stores the results of the groups that were run. A failure is a warning: the results are there. */
  async store(inputRows: InputRows): Promise<void> {
    const { states } = this.task;
    const segments: Segment[] = [];
    const withResult: number[] = [];
    const isStorable = (group: number) =>
      states[group] === GroupState.run || states[group] === GroupState.changed;
    const hasResult = new Uint8Array(this.#count);
    for (const segment of this.#kept) {
      const { first, counts } = segment;
      hasResult.fill(1, first, first + counts.length);
      const groups = Array.from(counts, (_, k) => first + k);
      if (!groups.every(isStorable)) continue;
      const isChanged = groups.some((group) => states[group] === GroupState.changed);
      segments.push(isChanged ? withValues(segment, inputRows) : segment);
      for (const group of groups) withResult.push(group);
    }
    const empty: number[] = [];
    for (let group = 0; group < this.#count; group++) {
      if (isStorable(group) && hasResult[group] === 0) empty.push(group);
    }
    if (segments.length === 0 && empty.length === 0) return;
    const results = { segments, empty: this.#empty };
    const { folder, name, compression } = this.key;
    const content = {
      numRows: this.numRows,
      secret: this.index.secret,
      digests: this.#digestsOf(withResult),
      empty: this.#digestsOf(empty),
    };
    try {
      await writePack(folder, name, results, content, compression);
    } catch (error) {
      const { message } = error as Error;
      warnOnce(`${folder} ${message}`, `the results of ${name} are not cached: ${message}`);
    }
  }

  #digestsOf(groups: readonly number[]): Uint8Array {
    const digests = new Uint8Array(groups.length * DIGEST_BYTES);
    groups.forEach((group, k) => {
      const at = group * DIGEST_BYTES;
      digests.set(this.task.digests.subarray(at, at + DIGEST_BYTES), k * DIGEST_BYTES);
    });
    return digests;
  }
}

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
