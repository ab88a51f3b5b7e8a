import { randomBytes } from 'node:crypto';
import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { ApplyError } from '../errors.js';
import { parseBytes } from '../options/index.js';
import { TEMPORARY } from '../persist/index.js';
import { preview } from '../util/index.js';
import { type Duration, toMilliseconds } from './duration.js';

/** The limits of a cache. A limit that is missing or null does not apply. */
export interface SizeLimits {
  /** The bytes of all results together: a number, or a text like '500K', '100M', '2G'. */
  bytesLimit?: number | string | null;
  /** The number of results. */
  itemsLimit?: number | null;
  /** Results that were not used for this long are removed. */
  ageLimit?: Duration | null;
}

interface Item {
  readonly path: string;
  readonly bytes: number;
  /** The time it was last written or used. */
  readonly used: number;
}

/** The extension of files with results. */
export const RESULT_EXTENSION = '.dump';

/** A temporary file older than this was left by a writer that died: nothing takes as long to write. */
const ABANDONED_MS = 3_600_000;

/**
 * Removes the least recently used results until the rest is within the limits. Returns how much it removed.
 */
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
  const removed = { items: 0, bytes: 0 };
  for (const [index, item] of items.entries()) {
    if (bytes <= bytesLimit && items.length - index <= itemsLimit && item.used >= oldest) break;
    await fs.rm(item.path, { force: true });
    bytes -= item.bytes;
    removed.items++;
    removed.bytes += item.bytes;
  }
  return removed;
}

/**
 * Removes a folder to which other processes may write. Renames it first, so that nothing new comes into it; a
 * process that is about to write then creates a new folder.
 */
export async function removeFolder(folder: string): Promise<void> {
  const doomed = `${folder}.${process.pid}-${randomBytes(6).toString('hex')}${TEMPORARY}`;
  try {
    await fs.rename(folder, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    // Some systems do not rename a folder with open files.
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 10 });
    return;
  }
  await fs.rm(doomed, { recursive: true, force: true, maxRetries: 10 });
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
      // Another process has removed the file.
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
