import type { Results, Segment } from '../combine/index.js';
import type { DigestList } from './digest-list.js';
import { type Pack, type PackContent, packsIn, readPack, readPackHeader } from './group-pack.js';

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
    const paths = await packsIn(folder);
    const packs: Pack[] = [];
    for (let from = 0; from < paths.length; from += HEADERS_AT_ONCE) {
      const some = await Promise.all(paths.slice(from, from + HEADERS_AT_ONCE).map(readPackHeader));
      packs.push(...some.filter((pack) => pack !== undefined));
    }
    return new PackIndex(packs);
  }

  /** Starts to read the pack that is most likely wanted: the largest one for a table with as many rows. */
  prefetch(numRows: number): void {
    const sameRows = this.#packs.filter(({ content }) => content.numRows === numRows);
    const [largest] = sameRows.sort((a, b) => b.content.filled.count - a.content.filled.count);
    // Not awaited: `load` waits for the same promise.
    if (largest) this.#read(largest).catch(() => {});
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
    const reading = this.#reads.get(pack) ?? readPack(pack);
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
