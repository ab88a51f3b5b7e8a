import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activity } from '../job-control.js';

/*
 * A child's words in the job's control, in a file that it shares with its parent: what it wrote last is there
 * when it dies, whatever kills it, and the parent reads it without waking the child. The file has no name
 * once both have it open.
 */

const FIELDS = ['number', 'position', 'startedAt', 'from', 'to', 'done', 'weight'] as const;
const BYTES = FIELDS.length * 8;

/** The activity of the task of this number. */
export type NumberedActivity = Activity & { readonly number: number };

/** Memory that looks like a file comes first: it is never written to a disk. */
const FOLDERS = process.platform === 'linux' ? ['/dev/shm', tmpdir()] : [tmpdir()];

/** Opens a new file, which nobody else can open, and returns its descriptor. */
export function openActivityFile(): number {
  let failure: unknown;
  for (const folder of FOLDERS) {
    const path = join(folder, `apply-parallel-${process.pid}-${randomName()}`);
    try {
      const file = openSync(path, 'wx+', 0o600);
      rmSync(path, { force: true });
      writeActivity(file, { number: 0, position: 0, startedAt: 0, from: 0, to: 0, done: 0, weight: 0 });
      return file;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

// Not imported: threads, whose file has this code as well, would load it when they start.
const randomName = (): string => process.getBuiltinModule('node:crypto').randomUUID();

export const closeActivityFile = (file: number): void => closeSync(file);

const scratch = new Float64Array(FIELDS.length);

export function writeActivity(file: number, activity: NumberedActivity): void {
  for (let k = 0; k < FIELDS.length; k++) scratch[k] = activity[FIELDS[k]];
  writeSync(file, scratch, 0, BYTES, 0);
}

/** Reads what the child wrote last. Returns undefined while it is writing. */
export function readActivity(file: number): NumberedActivity | undefined {
  const [first, second] = [read(file), read(file)];
  // A read may see half of a write.
  if (first.some((value, k) => value !== second[k])) return undefined;
  const [number, position, startedAt, from, to, done, weight] = first;
  return { number, position, startedAt, from, to, done, weight };
}

function read(file: number): Float64Array {
  const values = new Float64Array(FIELDS.length);
  readSync(file, values, 0, BYTES, 0);
  return values;
}
