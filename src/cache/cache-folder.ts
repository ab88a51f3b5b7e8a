import { randomBytes } from 'node:crypto';
import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { ApplyError } from '../errors.js';
import { parseBytes } from '../options/index.js';
import { TEMPORARY } from '../persist/index.js';
import { preview } from '../util/index.js';
import { type Duration, toMilliseconds } from './duration.js';

/** What a cache may hold; no limit where one is missing or null. */
export interface SizeLimits {
  /** Bytes of all files together: a number, or a text like '500K', '100M', '2G'. */
  bytesLimit?: number | string | null;
  /** How many results. */
  itemsLimit?: number | null;
  /** Results that were not used for this long go. */
  ageLimit?: Duration | null;
}

interface Item {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written or used. */
  readonly used: number;
}

/** The ending of results. */
export const RESULT_EXTENSION = '.dump';

/** Files of writers that died. Nothing takes this long to write. */
const ABANDONED_MS = 3_600_000;

/** Removes what was not used for the longest time until the rest is within the limits. Gives how much went. */
export async function reduceFolder(
  folder: string,
  limits: SizeLimits,
): Promise<{ items: number; bytes: number }> {
  const bytesLimit = byteLimit(limits.bytesLimit);
  const itemsLimit = itemLimit(limits.itemsLimit);
  const age = limits.ageLimit == null ? undefined : toMilliseconds('reduceSize: ageLimit', limits.ageLimit);
  const items = (await itemsIn(folder)).sort((a, b) => a.used - b.used);
  let bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  const oldest = age === undefined ? Number.NEGATIVE_INFINITY : Date.now() - age;
  const gone = { items: 0, bytes: 0 };
  for (const [index, item] of items.entries()) {
    if (bytes <= bytesLimit && items.length - index <= itemsLimit && item.used >= oldest) break;
    await fs.rm(item.path, { force: true });
    bytes -= item.bytes;
    gone.items++;
    gone.bytes += item.bytes;
  }
  return gone;
}

/**
 * Removes a folder and all in it, while others may be writing to it: under another name first, so that nothing new comes into it. Who was
 * about to put a file there finds no folder any more, and makes a new one.
 */
export async function removeFolder(folder: string): Promise<void> {
  const going = `${folder}.${process.pid}-${randomBytes(6).toString('hex')}${TEMPORARY}`;
  try {
    await fs.rename(folder, going);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    // Some systems rename no folder with open files in it.
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 10 });
    return;
  }
  await fs.rm(going, { recursive: true, force: true, maxRetries: 10 });
}

async function itemsIn(folder: string): Promise<Item[]> {
  const items: Item[] = [];
  for (const entry of await entriesOf(folder)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      const { size, mtimeMs } = await fs.stat(path);
      if (entry.name.endsWith(RESULT_EXTENSION)) items.push({ path, bytes: size, used: mtimeMs });
      else if (entry.name.endsWith(TEMPORARY) && Date.now() - mtimeMs > ABANDONED_MS) {
        await fs.rm(path, { force: true });
      }
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return items;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function byteLimit(limit: unknown): number {
  const bytes = parseBytes(limit ?? null);
  if (bytes === undefined) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `reduceSize: bytesLimit must be a number of bytes or a text like '100M', got ${preview(limit)}`,
    );
  }
  return bytes;
}

function itemLimit(limit: unknown): number {
  if (limit == null) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && (limit as number) >= 0) return limit as number;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `reduceSize: itemsLimit must be a whole number from 0, got ${preview(limit)}`,
  );
}
