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
import { readResult, writeResult } from './entry.js';
import { DIGEST_BYTES, digestAt } from './group-digests.js';

/*
 * The results of the groups of one call in one file: a file for each of thousands of groups would cost more than many of the groups. Every
 * call that computes something writes a new file, so that processes never write to the same one.
 */

/** What a file holds: the results as they came, and whose they are. */
export interface Pack {
  readonly results: WireResults;
  /** For each segment the digests of its groups. */
  readonly digests: readonly Uint8Array[];
  /** The digests of the groups without a result. */
  readonly empty: Uint8Array;
}

/** Where the result of a group is: some rows of a segment; none for an empty one. */
export interface Place {
  readonly segment: Segment;
  readonly position: number;
  readonly row: number;
}

/** All results that are stored for one function. */
export class PackIndex {
  readonly #places = new Map<string, Place | null>();
  /** The columns of an empty result, for the case that there is no other. */
  emptyFields: NonNullable<Results['empty']>['fields'] | undefined;

  static async read(folder: string): Promise<PackIndex> {
    const index = new PackIndex();
    // Newest first: names begin with the time.
    for (const name of (await namesIn(folder)).sort().reverse()) {
      const found = await readResult(join(folder, name));
      if (found) index.#add(found.value as Pack);
    }
    return index;
  }

  #add({ results: wire, digests, empty }: Pack): void {
    const results = reviveResults(wire);
    this.emptyFields ??= results.empty?.fields;
    results.segments.forEach((segment, k) => {
      let row = 0;
      segment.counts.forEach((count, position) => {
        this.#note(digestAt(digests[k], position * DIGEST_BYTES), { segment, position, row });
        row += count;
      });
    });
    for (let at = 0; at < empty.length; at += DIGEST_BYTES) this.#note(digestAt(empty, at), null);
  }

  #note(digest: string, place: Place | null): void {
    if (!this.#places.has(digest)) this.#places.set(digest, place);
  }

  get(digest: string): Place | null | undefined {
    return this.#places.get(digest);
  }

  /** All digests in a row, in shared memory. */
  known(): Uint8Array {
    const bytes = new Uint8Array(new SharedArrayBuffer(this.#places.size * DIGEST_BYTES));
    let at = 0;
    for (const digest of this.#places.keys()) {
      bytes.set(Buffer.from(digest, 'latin1'), at);
      at += DIGEST_BYTES;
    }
    return bytes;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.dump'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export async function writePack(
  folder: string,
  name: string,
  results: Results,
  digests: readonly Uint8Array[],
  empty: Uint8Array,
  compression: ResolvedCompression | undefined,
): Promise<void> {
  const pack: Pack = { results: describeResults(results), digests, empty };
  const time = Date.now();
  // Later ones sort behind; the random part keeps those of one millisecond apart.
  const path = join(folder, `${time}-${Math.random().toString(36).slice(2, 10)}.dump`);
  await writeResult(path, pack, compression, { time, duration: 0, function: name, inputArgs: [] });
}
