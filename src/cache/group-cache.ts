import { join } from 'node:path';
import type { Results, Segment, SegmentColumn } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import type { ResolvedCompression } from '../persist/index.js';
import type { AnyFunction } from '../ship/index.js';
import { digest } from './digest.js';
import { warnOnce } from './entry.js';
import { DIGEST_BYTES, digestAt, type GroupCacheTask, GroupState } from './group-digests.js';
import { PackIndex, type Place, writePack } from './group-pack.js';

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

/** The cache in one call: gives the results of groups that are known, and keeps those of the others. */
export class GroupCache {
  /** What workers need. */
  readonly task: GroupCacheTask;
  readonly #kept: Segment[] = [];
  #empty: Results['empty'];

  private constructor(
    private readonly key: GroupCacheKey,
    private readonly index: PackIndex,
    private readonly count: number,
    /** The table of each group, where there are several. */
    private readonly batchOf: Int32Array | undefined,
  ) {
    this.task = {
      known: index.known(),
      digests: new Uint8Array(new SharedArrayBuffer(count * DIGEST_BYTES)),
      states: new Uint8Array(new SharedArrayBuffer(count)),
      isSeeded: key.isSeeded,
    };
  }

  /** `form` is that in which the function gets its groups: it may see others in another one. */
  static async open(
    key: GroupCacheKey,
    form: string,
    count: number,
    batchOf?: Int32Array,
  ): Promise<GroupCache> {
    const own = { ...key, folder: `${key.folder}-${form}` };
    return new GroupCache(own, await PackIndex.read(own.folder), count, batchOf);
  }

  /** How many groups were known. */
  get hits(): number {
    return this.task.states.reduce((sum, state) => sum + (state === GroupState.known ? 1 : 0), 0);
  }

  /** The results of some groups together with those of the known ones among them. */
  complete(results: Results, groups: readonly number[]): Results {
    this.#kept.push(...results.segments);
    this.#empty ??= results.empty;
    const known = groups
      .filter((group) => this.task.states[group] === GroupState.known)
      .sort((a, b) => a - b);
    if (known.length === 0) return results;
    const segments = [...results.segments, ...this.#segmentsOf(known)];
    const fields = this.index.emptyFields;
    const empty = results.empty ?? (fields && { group: known[0], fields });
    return { segments, empty };
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
    return this.index.get(digestAt(this.task.digests, group * DIGEST_BYTES));
  }

  #follows(place: Place, first: number, group: number, distance: number): boolean {
    if (group !== first + distance) return false;
    if (this.batchOf && this.batchOf[group] !== this.batchOf[first]) return false;
    const next = this.#placeOf(group);
    return next?.segment === place.segment && next.position === place.position + distance;
  }

  /** Stores the results of the groups that were run. A failure is a warning: the results are there. */
  async store(inputRows: InputRows): Promise<void> {
    const { states, digests } = this.task;
    const segments: Segment[] = [];
    const marks: Uint8Array[] = [];
    const hasResult = new Uint8Array(this.count);
    for (const segment of this.#kept) {
      const { first, counts } = segment;
      hasResult.fill(1, first, first + counts.length);
      const ran = states.subarray(first, first + counts.length);
      if (ran.some((state) => state === GroupState.unique || state === GroupState.open)) continue;
      const isChanged = ran.includes(GroupState.changed);
      segments.push(isChanged ? withValues(segment, inputRows) : segment);
      marks.push(digests.slice(first * DIGEST_BYTES, (first + counts.length) * DIGEST_BYTES));
    }
    const empty: number[] = [];
    for (let group = 0; group < this.count; group++) {
      const isDone = states[group] === GroupState.run || states[group] === GroupState.changed;
      if (isDone && hasResult[group] === 0) {
        empty.push(...digests.subarray(group * DIGEST_BYTES, (group + 1) * DIGEST_BYTES));
      }
    }
    if (segments.length === 0 && empty.length === 0) return;
    const results = { segments, empty: this.#empty };
    try {
      await writePack(
        this.key.folder,
        this.key.name,
        results,
        marks,
        Uint8Array.from(empty),
        this.key.compression,
      );
    } catch (error) {
      const { message } = error as Error;
      warnOnce(`${this.key.folder} ${message}`, `the results of ${this.key.name} are not cached: ${message}`);
    }
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
