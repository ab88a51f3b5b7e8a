import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describeResults,
  type Results,
  reviveResults,
  type Segment,
  type WireResults,
} from '../combine/index.js';
import type { ResolvedCompression } from '../persist/index.js';
import { RESULT_EXTENSION } from './cache-folder.js';
import { DigestList } from './digest-list.js';
import type { ResultMetadata } from './expires-after.js';
import { readMetadata, readResult, writeResult } from './result-file.js';
import { warnOnce } from './warnings.js';

/*
 * A pack is one file with the results of all groups that a call has run: a file for each of thousands of
 * groups would take longer than many of the groups. Each call writes a new file, so processes never write to
 * the same one. Its header lists the digests of its groups, so only packs with wanted results are read whole.
 */

/** To be raised when the layout of packs changes: older packs are then ignored. */
export const PACK_LAYOUT = 3;

/** The groups whose results a pack holds. */
export interface PackContent {
  /** The number of rows of the table that the groups belonged to. */
  readonly numRows: number;
  /** The groups with rows in their results, in the order of the segments. */
  readonly filled: DigestList;
  /** The groups with empty results. */
  readonly empty: DigestList;
  /** The group whose empty result gave the pack its columns for empty results; none or one. */
  readonly emptyWithColumns: DigestList;
}

/** The metadata of a pack, with a {@link PackContent} as JSON. */
interface PackMetadata extends ResultMetadata {
  readonly groups: {
    readonly [Name in keyof PackContent]: PackContent[Name] extends DigestList ? string : number;
  };
}

interface Pack {
  readonly path: string;
  readonly content: PackContent;
}

/** The location of a group's result: a position in a segment, and the first of its rows. */
export interface ResultLocation {
  readonly segment: Segment;
  readonly position: number;
  readonly row: number;
}

type EmptyFields = NonNullable<Results['empty']>['fields'];

/** How many headers are read at once; each takes an open file. */
const HEADERS_AT_ONCE = 16;

/** All stored results of one function: the headers of its packs, and the packs that have been read. */
export class PackIndex {
  /** Newest first. */
  readonly #packs: readonly Pack[];
  readonly #reads = new Map<Pack, Promise<Results | undefined>>();
  /** Maps digest to location; null for an empty result. */
  readonly #locations = new Map<string, ResultLocation | null>();
  readonly #emptyFields = new Map<string, EmptyFields>();

  private constructor(packs: readonly Pack[]) {
    this.#packs = packs;
  }

  static async read(folder: string): Promise<PackIndex> {
    // Names begin with the time of writing.
    const paths = (await namesIn(folder)).sort().reverse();
    const packs: Pack[] = [];
    for (let from = 0; from < paths.length; from += HEADERS_AT_ONCE) {
      const some = paths
        .slice(from, from + HEADERS_AT_ONCE)
        .map((name) => join(folder, name))
        .map((path) => orMissing(path, () => openPack(path)));
      packs.push(...(await Promise.all(some)).filter((pack) => pack !== undefined));
    }
    return new PackIndex(packs);
  }

  /** Starts to read the pack that is most likely wanted: the largest one for a table with as many rows. */
  prefetch(numRows: number): void {
    const sameRows = this.#packs.filter(({ content }) => content.numRows === numRows);
    const [largest] = sameRows.sort((a, b) => b.content.filled.count - a.content.filled.count);
    if (largest) void this.#read(largest);
  }

  /** Reads the packs that have results of some groups, given by digest. */
  async load(wanted: Iterable<string>): Promise<void> {
    const missing = new Set(wanted);
    for (const pack of this.#packs) {
      if (missing.size === 0) return;
      const { filled, empty } = pack.content;
      const isWanted = (digest: string) => missing.has(digest);
      if (!some(filled, isWanted) && !some(empty, isWanted)) continue;
      const results = await this.#read(pack);
      if (results) this.#index(pack.content, results, missing);
    }
  }

  #read(pack: Pack): Promise<Results | undefined> {
    const reading = this.#reads.get(pack) ?? orMissing(pack.path, () => readPack(pack));
    this.#reads.set(pack, reading);
    return reading;
  }

  /** Records the locations of missing results that a pack has, and removes them from `missing`. */
  #index({ filled, empty, emptyWithColumns }: PackContent, results: Results, missing: Set<string>): void {
    let group = 0;
    for (const segment of results.segments) {
      let row = 0;
      for (let position = 0; position < segment.counts.length; position++) {
        const digest = filled.at(group++);
        if (missing.delete(digest)) this.#locations.set(digest, { segment, position, row });
        row += segment.counts[position];
      }
    }
    for (const digest of empty) if (missing.delete(digest)) this.#locations.set(digest, null);
    if (results.empty)
      for (const digest of emptyWithColumns) this.#emptyFields.set(digest, results.empty.fields);
  }

  /** Returns the location of a result that is loaded: null if it is empty, undefined if there is none. */
  get(digest: string): ResultLocation | null | undefined {
    return this.#locations.get(digest);
  }

  /** Returns the columns of a group's empty result, if its pack has stored them. */
  emptyFieldsOf(digest: string): EmptyFields | undefined {
    return this.#emptyFields.get(digest);
  }
}

function some(digests: DigestList, test: (digest: string) => boolean): boolean {
  for (const digest of digests) if (test(digest)) return true;
  return false;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(RESULT_EXTENSION));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') warnOnce(message, `the cache cannot be read: ${message}`);
    return [];
  }
}

/** Returns undefined, after a warning, if a pack cannot be read: its results count as not cached. */
async function orMissing<T>(path: string, body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    warnOnce(path, `${path} is no file of this cache: ${(error as Error).message}`);
    return undefined;
  }
}

/** Reads the header of a pack. */
async function openPack(path: string): Promise<Pack | undefined> {
  const metadata = (await readMetadata(path)) as PackMetadata | undefined;
  if (!metadata?.groups) return undefined;
  const { numRows, filled, empty, emptyWithColumns } = metadata.groups;
  const content = {
    numRows,
    filled: DigestList.fromText(filled),
    empty: DigestList.fromText(empty),
    emptyWithColumns: DigestList.fromText(emptyWithColumns),
  };
  return { path, content };
}

/** Reads a pack. Returns undefined if it is damaged, or if another process has cleared it. */
async function readPack({ path, content }: Pack): Promise<Results | undefined> {
  const found = await readResult(path);
  if (found === undefined) return undefined;
  const results = reviveResults(found.value as WireResults);
  const groups = results.segments.reduce((sum, { counts }) => sum + counts.length, 0);
  return groups === content.filled.count ? results : undefined;
}

export async function writePack(
  folder: string,
  name: string,
  results: Results,
  { numRows, filled, empty, emptyWithColumns }: PackContent,
  compression: ResolvedCompression | undefined,
): Promise<void> {
  const time = Date.now();
  const groups = {
    numRows,
    filled: filled.toText(),
    empty: empty.toText(),
    emptyWithColumns: emptyWithColumns.toText(),
  };
  const metadata: PackMetadata = { time, duration: 0, function: name, inputArgs: [], groups };
  // Sorts by time; the random part tells packs of one millisecond apart.
  const path = join(folder, `${time}-${Math.random().toString(36).slice(2, 10)}${RESULT_EXTENSION}`);
  await writeResult(path, describeResults(results), compression, metadata);
}
