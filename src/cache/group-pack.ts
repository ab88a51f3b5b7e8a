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
import { Digests } from './digests.js';
import { readMetadata, readResult, warnOnce, writeResult } from './entry.js';
import type { ResultMetadata } from './expires-after.js';
import { RESULT } from './store.js';

/*
 * The results of the groups of one call in one file: a file for each of thousands of groups would cost more than many of the groups. Every
 * call that computes something writes a new file, so that processes never write to the same one. Whose results a file holds stands in its
 * header, so that only files of which something is wanted are read whole.
 */

/** Counts when what files hold is laid out in another way: those of before are not looked at then. */
export const PACK_LAYOUT = 3;

/** Whose results a file holds. */
export interface PackContent {
  /** Rows of the table the groups were of. */
  readonly numRows: number;
  /** The groups with results, in the order of the segments. */
  readonly filled: Digests;
  /** The groups without a result. */
  readonly empty: Digests;
  /** Which of these the columns of an empty result are of, if there are any: its digest. */
  readonly emptyWithColumns: Digests;
}

/** A {@link PackContent} as JSON holds it. */
interface PackMetadata extends ResultMetadata {
  readonly groups: {
    readonly [Name in keyof PackContent]: PackContent[Name] extends Digests ? string : number;
  };
}

interface Pack {
  readonly path: string;
  readonly content: PackContent;
}

/** Where the result of a group is: some rows of a segment; none for an empty one. */
export interface Place {
  readonly segment: Segment;
  readonly position: number;
  readonly row: number;
}

type EmptyFields = NonNullable<Results['empty']>['fields'];

/** Headers that are read at once: each takes an open file. */
const HEADERS_AT_ONCE = 16;

/** All results that are stored for one function. */
export class PackIndex {
  /** Newest first. */
  readonly #packs: readonly Pack[];
  readonly #loads = new Map<Pack, Promise<Results | undefined>>();
  readonly #places = new Map<string, Place | null>();
  readonly #emptyFields = new Map<string, EmptyFields>();

  private constructor(packs: readonly Pack[]) {
    this.#packs = packs;
  }

  static async read(folder: string): Promise<PackIndex> {
    // Names begin with the time.
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

  /** Begins to read what is likely to be wanted, the most results for a table of as many rows, while this thread waits for other things. */
  prefetch(numRows: number): void {
    const alike = this.#packs.filter(({ content }) => content.numRows === numRows);
    const [largest] = alike.sort((a, b) => b.content.filled.count - a.content.filled.count);
    if (largest) void this.#load(largest);
  }

  /** Reads what is there of the results of some groups. */
  async recall(wanted: Iterable<string>): Promise<void> {
    const missing = new Set(wanted);
    for (const pack of this.#packs) {
      if (missing.size === 0) return;
      const { filled, empty } = pack.content;
      const isWanted = (digest: string) => missing.has(digest);
      if (!some(filled, isWanted) && !some(empty, isWanted)) continue;
      const results = await this.#load(pack);
      if (results) this.#take(pack.content, results, missing);
    }
  }

  #load(pack: Pack): Promise<Results | undefined> {
    const load = this.#loads.get(pack) ?? orMissing(pack.path, () => loadPack(pack));
    this.#loads.set(pack, load);
    return load;
  }

  /** Notes where the results are that are missing, and are here. */
  #take({ filled, empty, emptyWithColumns }: PackContent, results: Results, missing: Set<string>): void {
    let group = 0;
    for (const segment of results.segments) {
      let row = 0;
      for (let position = 0; position < segment.counts.length; position++) {
        const digest = filled.at(group++);
        if (missing.delete(digest)) this.#places.set(digest, { segment, position, row });
        row += segment.counts[position];
      }
    }
    for (const digest of empty) if (missing.delete(digest)) this.#places.set(digest, null);
    if (results.empty)
      for (const digest of emptyWithColumns) this.#emptyFields.set(digest, results.empty.fields);
  }

  /** The result of a group that has been recalled; undefined where there is none. */
  get(digest: string): Place | null | undefined {
    return this.#places.get(digest);
  }

  /** The columns of the empty result of a group, as far as they are known. */
  emptyFieldsOf(digest: string): EmptyFields | undefined {
    return this.#emptyFields.get(digest);
  }
}

function some(digests: Digests, test: (digest: string) => boolean): boolean {
  for (const digest of digests) if (test(digest)) return true;
  return false;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(RESULT));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') warnOnce(message, `the cache cannot be read: ${message}`);
    return [];
  }
}

/** Whatever is wrong with a file, what is in it counts as not cached. */
async function orMissing<T>(path: string, body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    warnOnce(path, `${path} is no file of this cache: ${(error as Error).message}`);
    return undefined;
  }
}

async function openPack(path: string): Promise<Pack | undefined> {
  const metadata = (await readMetadata(path)) as PackMetadata | undefined;
  if (!metadata?.groups) return undefined;
  const { numRows, filled, empty, emptyWithColumns } = metadata.groups;
  const content = {
    numRows,
    filled: Digests.fromText(filled),
    empty: Digests.fromText(empty),
    emptyWithColumns: Digests.fromText(emptyWithColumns),
  };
  return { path, content };
}

/** Undefined where it is damaged, or was cleared by another process meanwhile. */
async function loadPack({ path, content }: Pack): Promise<Results | undefined> {
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
  // Later ones sort behind; the random part keeps those of one millisecond apart.
  const path = join(folder, `${time}-${Math.random().toString(36).slice(2, 10)}${RESULT}`);
  await writeResult(path, describeResults(results), compression, metadata);
}
