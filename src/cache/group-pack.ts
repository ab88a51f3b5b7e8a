import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeResults, type Results, reviveResults, type WireResults } from '../combine/index.js';
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

/** Raise it when the layout of packs changes: older packs are ignored then. */
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

/** A pack whose header has been read. */
export interface Pack {
  readonly path: string;
  readonly content: PackContent;
}

/** Returns the paths of all packs in a folder, newest first; none, after a warning, if it cannot be read. */
export async function packsIn(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(RESULT_EXTENSION));
    // Names begin with the time of writing.
    return names
      .sort()
      .reverse()
      .map((name) => join(folder, name));
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

/** Reads the header of a pack. Returns undefined if the file is no pack or cannot be read. */
export async function readPackHeader(path: string): Promise<Pack | undefined> {
  return orMissing(path, async () => {
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
  });
}

/** Reads a pack. Returns undefined if it is damaged, or if another process has cleared it. */
export async function readPack({ path, content }: Pack): Promise<Results | undefined> {
  return orMissing(path, async () => {
    const found = await readResult(path);
    if (found === undefined) return undefined;
    const results = reviveResults(found.value as WireResults);
    const groups = results.segments.reduce((sum, { counts }) => sum + counts.length, 0);
    return groups === content.filled.count ? results : undefined;
  });
}

/** Writes a pack. Returns its path and the size of the file. */
export async function writePack(
  folder: string,
  name: string,
  results: Results,
  { numRows, filled, empty, emptyWithColumns }: PackContent,
  compression: ResolvedCompression | undefined,
): Promise<{ readonly path: string; readonly bytes: number }> {
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
  return { path, bytes: await writeResult(path, describeResults(results), compression, metadata) };
}
