import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { makeFolderIn, releaseFolder } from './made-folders.js';
import { removeAtExit } from './remove-at-exit.js';

/*
 * Folders that must not outlive their process. Their names say which process made them, so that the next
 * process that makes one there removes what a killed one has left.
 */

/** A folder that goes when the process ends, however it ends, or at the latest at the next start. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a folder beside `path`, whose name begins with that of `path`, and the folders that lead to it. They
 * are removed with it if they are empty then.
 */
export async function makeTemporaryFolder(path: string): Promise<TemporaryFolder> {
  await removeAbandoned(dirname(path));
  const own = `${path}.${owner()}-${randomBytes(6).toString('hex')}.tmp`;
  makeInTime(own);
  const forget = removeAtExit(own);
  const remove = async () => {
    await rm(own, { recursive: true, force: true });
    forget();
    releaseFolder(own);
  };
  return { path: own, remove };
}

const MOST_TRIES = 5;

/** Makes a folder. Another process may remove the folder that it lies in, which that process has made. */
function makeInTime(path: string): void {
  for (let tries = 1; ; tries++) {
    try {
      makeFolderIn(path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MOST_TRIES) throw error;
    }
  }
}

const OWNED = /\.(\d+)-([\da-z]*)-([\da-f]{8})-[\da-f]{12}\.tmp$/;

/** Removes the folders in `parent` whose processes ran on this machine and are gone. */
async function removeAbandoned(parent: string): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const [, pid, start, machine] = OWNED.exec(entry.name) ?? [];
    if (pid === undefined || machine !== machineTag() || !entry.isDirectory()) continue;
    if (isRunning(Number(pid), start)) continue;
    // Another user's folder stays.
    await rm(join(parent, basename(entry.name)), { recursive: true, force: true }).catch(() => {});
  }
}

function owner(): string {
  return `${process.pid}-${startOf(process.pid)}-${machineTag()}`;
}

/** Tells whether a process runs. Its start tells it from a later one with the same number. */
function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return start === '' || now === '' || now === start;
}

/** Returns when a process started, in ticks since the system did; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program is in parentheses and may hold spaces; the start is the 20th field after it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return Number(ticks).toString(36);
  } catch {
    return '';
  }
}

let machine: string | undefined;

/** Tells machines and containers apart that share a disk: elsewhere the number is another process's. */
function machineTag(): string {
  machine ??= createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 8);
  return machine;
}

/** Returns the name of the space in which the numbers of processes count, on Linux. */
function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
