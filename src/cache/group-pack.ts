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
import { readMetadata, readResult, warnOnce, writeResult } from './entry.js';
import type { ResultMetadata } from './expires-after.js';
import { DIGEST_BYTES, newSecret } from './group-hash.js';

/*
 * The results of the groups of one call in one file: a file for each of thousands of groups would cost more than many of the groups. Every
 * call that computes something writes a new file, so that processes never write to the same one. Whose results a file holds stands in its
 * header, so that only files of which something is wanted are read whole.
 */

/** Whose results a file holds. */
export interface PackContent {
  /** Rows of the table the groups were of. */
  readonly numRows: number;
  /** What the digests were made with. */
  readonly secret: Uint8Array;
  /** The digests of the groups with results, in the order of the segments. */
  readonly digests: Uint8Array;
  /** The digests of the groups without a result. */
  readonly empty: Uint8Array;
}

/** A {@link PackContent} as JSON holds it, with bytes in base64. */
interface PackMetadata extends ResultMetadata {
  readonly groups: {
    readonly numRows: number;
    readonly secret: string;
    readonly digests: string;
    readonly empty: string;
  };
}

interface PackFile {
  readonly path: string;
  readonly content: PackContent;
}

/** Where the result of a group is: some rows of a segment; none for an empty one. */
export interface Place {
  readonly segment: Segment;
  readonly position: number;
  readonly row: number;
}

/** All results that are stored for one function. */
export class PackIndex {
  /** What digests are made with here. */
  readonly secret: Uint8Array;
  /** The newest file with the result of a group, by the group's digest. */
  readonly #files: ReadonlyMap<string, PackFile>;
  readonly #loads = new Map<PackFile, Promise<void>>();
  readonly #places = new Map<string, Place | null>();
  /** The columns of an empty result, for the case that there is no other. */
  emptyFields: NonNullable<Results['empty']>['fields'] | undefined;

  private constructor(secret: Uint8Array, files: ReadonlyMap<string, PackFile>) {
    this.secret = secret;
    this.#files = files;
  }

  static async read(folder: string): Promise<PackIndex> {
    // Newest first: names begin with the time.
    const names = (await namesIn(folder)).sort().reverse();
    const files = await Promise.all(names.map((name) => openPack(join(folder, name))));
    const packs = files.filter((file) => file !== undefined);
    // Where two processes began at once, the secret of the later one stays; what the other stored is as good as gone.
    const secret = packs[0]?.content.secret ?? newSecret();
    const newest = new Map<string, PackFile>();
    for (const pack of packs) {
      if (Buffer.compare(pack.content.secret, secret) !== 0) continue;
      for (const digest of digestsIn(pack.content)) if (!newest.has(digest)) newest.set(digest, pack);
    }
    return new PackIndex(secret, newest);
  }

  /** Begins to read what is likely to be wanted, the most results for a table of as many rows, while this thread waits for other things. */
  prefetch(numRows: number): void {
    const alike = [...new Set(this.#files.values())].filter(({ content }) => content.numRows === numRows);
    alike.sort((a, b) => b.content.digests.length - a.content.digests.length);
    if (alike.length > 0) void this.#loaded(alike[0]);
  }

  /** Is the result of a group there? Reads the file that has it, if need be. */
  async recall(digest: string): Promise<boolean> {
    const file = this.#files.get(digest);
    if (file === undefined) return false;
    await this.#loaded(file);
    return this.#places.has(digest);
  }

  #loaded(file: PackFile): Promise<void> {
    const load = this.#loads.get(file) ?? this.#load(file);
    this.#loads.set(file, load);
    return load;
  }

  async #load(file: PackFile): Promise<void> {
    const found = await readResult(file.path);
    // Damaged, or cleared by another process meanwhile.
    if (found === undefined) return;
    const { digests, empty } = file.content;
    const results = reviveResults(found.value as WireResults);
    this.emptyFields ??= results.empty?.fields;
    let group = 0;
    for (const segment of results.segments) {
      let row = 0;
      segment.counts.forEach((count, position) => {
        this.#note(digestAt(digests, group++), { segment, position, row });
        row += count;
      });
    }
    for (let k = 0; k * DIGEST_BYTES < empty.length; k++) this.#note(digestAt(empty, k), null);
  }

  #note(digest: string, place: Place | null): void {
    if (!this.#places.has(digest)) this.#places.set(digest, place);
  }

  /** The result of a group that has been recalled. */
  get(digest: string): Place | null | undefined {
    return this.#places.get(digest);
  }
}

async function openPack(path: string): Promise<PackFile | undefined> {
  const metadata = (await readMetadata(path)) as PackMetadata | undefined;
  if (!metadata?.groups) return undefined;
  const { numRows, secret, digests, empty } = metadata.groups;
  return {
    path,
    content: { numRows, secret: bytesFrom(secret), digests: bytesFrom(digests), empty: bytesFrom(empty) },
  };
}

const bytesFrom = (text: string): Uint8Array => Buffer.from(text, 'base64');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function* digestsIn({ digests, empty }: PackContent): Iterable<string> {
  for (let k = 0; k * DIGEST_BYTES < digests.length; k++) yield digestAt(digests, k);
  for (let k = 0; k * DIGEST_BYTES < empty.length; k++) yield digestAt(empty, k);
}

/** The digest of a group as a key of maps: one character a byte. */
export function digestAt({ buffer, byteOffset }: Uint8Array, group: number): string {
  return Buffer.from(buffer, byteOffset + group * DIGEST_BYTES, DIGEST_BYTES).toString('latin1');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.dump'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') warnOnce(message, `the cache cannot be read: ${message}`);
    return [];
  }
}

export async function writePack(
  folder: string,
  name: string,
  results: Results,
  { numRows, secret, digests, empty }: PackContent,
  compression: ResolvedCompression | undefined,
): Promise<void> {
  const time = Date.now();
  const groups = { numRows, secret: textOf(secret), digests: textOf(digests), empty: textOf(empty) };
  const metadata: PackMetadata = { time, duration: 0, function: name, inputArgs: [], groups };
  // Later ones sort behind; the random part keeps those of one millisecond apart.
  const path = join(folder, `${time}-${Math.random().toString(36).slice(2, 10)}.dump`);
  await writeResult(path, describeResults(results), compression, metadata);
}
