import type { ApplyError } from '../errors.js';
import { ARROW_MAGIC, looksLike, PARQUET_MAGIC, startsStream, viewOf } from '../persist/index.js';
import type { OpenFile } from './format.js';
import { badFile } from './open-file.js';

/** More than any of the bytes by which files are known. */
const START_BYTES = 64;

/**
 * Returns the error of a file that lacks what a Parquet or Arrow file has: it was cut off if it begins as
 * one, else it is something else.
 */
export async function tornOrForeign(file: OpenFile, why: string, cause?: unknown): Promise<ApplyError> {
  const start = Buffer.from(await file.read(0, Math.min(file.size, START_BYTES)));
  const text = start.toString('latin1');
  const isBeginning =
    text.startsWith(PARQUET_MAGIC) || text.startsWith(ARROW_MAGIC) || startsStream(viewOf(start));
  const what = start.length > 0 && isBeginning ? why : looksLike(start);
  return badFile(file.path, what, cause);
}
