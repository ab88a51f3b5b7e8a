import { randomBytes } from 'node:crypto';
import { chmod, link, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ApplyError } from '../../errors.js';
import { type Target, targetOf } from '../../persist/index.js';
import { makeTemporaryFolder, type TemporaryFolder } from '../../util/index.js';
import type { ResolvedTarget } from './target.js';
import { writeError } from './write-error.js';

/** A temporary folder for files until all are whole, and the place that they then move to. */
export class OutputPlace {
  /** A folder beside the target, for files that are being written. */
  readonly temporary: string;
  /** The file or folder that gets the target's name. */
  readonly output: string;
  readonly #target: Target;
  /** The path as the caller knows it. */
  readonly #path: string;
  readonly #isFolder: boolean;
  readonly #canReplace: boolean;
  readonly #folder: TemporaryFolder;

  private constructor(
    target: Target,
    { path, isFolder, canReplace }: ResolvedTarget,
    folder: TemporaryFolder,
  ) {
    this.#target = target;
    this.#path = path;
    this.#isFolder = isFolder;
    this.#canReplace = canReplace;
    this.#folder = folder;
    this.temporary = folder.path;
    this.output = join(this.temporary, basename(target.path));
  }

  /** Checks that a path may be written to, and makes the folders that lead to it. */
  static async open(given: ResolvedTarget): Promise<OutputPlace> {
    const { path, isFolder, canReplace } = given;
    try {
      const target = targetOf(path);
      await checkPlace(target.path, path, isFolder, canReplace);
      return new OutputPlace(target, given, await makeTemporaryFolder(target.path));
    } catch (error) {
      throw writeError(path, error);
    }
  }

  /** Makes another file or folder the output. */
  async replaceOutput(path: string): Promise<void> {
    await rm(this.output, { recursive: true, force: true });
    await rename(path, this.output);
  }

  /** Gives the output its name. It replaces what had the name before, or leaves that whole if this fails. */
  async publish(): Promise<void> {
    try {
      await (this.#isFolder ? this.#publishFolder() : this.#publishFile());
    } catch (error) {
      throw writeError(this.#path, error);
    } finally {
      await this.discard();
    }
  }

  /** Removes all files that have not gone to their place. */
  async discard(): Promise<void> {
    await this.#folder.remove();
  }

  async #publishFile(): Promise<void> {
    const { path, mode } = this.#target;
    await checkPlace(path, this.#path, false, this.#canReplace);
    if (this.#canReplace) {
      if (mode !== undefined) await chmod(this.output, mode).catch(() => {});
      return rename(this.output, path);
    }
    try {
      // Fails if another call was faster, where `rename` would replace its file.
      await link(this.output, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') throw exists(this.#path);
      // Some file systems have no links.
      await rename(this.output, path);
    }
  }

  async #publishFolder(): Promise<void> {
    const { path } = this.#target;
    for (let tries = 1; ; tries++) {
      await checkPlace(path, this.#path, true, this.#canReplace);
      // An empty folder is in nobody's way; one that another call has filled meanwhile fails this.
      if (!this.#canReplace) await rmdir(path).catch(() => {});
      const old = this.#canReplace ? await this.#moveAway() : undefined;
      try {
        await rename(this.output, path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const isTaken = code === 'ENOTEMPTY' || code === 'EEXIST';
        if (isTaken && !this.#canReplace) throw exists(this.#path);
        const isRetried = isTaken && tries < MOST_TRIES;
        if (old) await (isRetried ? rm(old, { recursive: true }) : rename(old, path));
        if (isRetried) continue;
        throw error;
      }
      if (old) await rm(old, { recursive: true, force: true });
      return;
    }
  }

  /** Renames the folder that is there. Returns its name now, undefined if there is none. */
  async #moveAway(): Promise<string | undefined> {
    const old = nameOfOld(this.#target.path);
    try {
      await rename(this.#target.path, old);
      return old;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

const MOST_TRIES = 5;

/**
 * Returns a name for what is there while it is replaced. It is the user's, so no process removes it as
 * abandoned.
 */
const nameOfOld = (path: string) =>
  join(dirname(path), `${basename(path)}.${process.pid}-${randomBytes(6).toString('hex')}.old`);

const exists = (path: string) =>
  new ApplyError(
    'ERR_FILE_EXISTS',
    `${path} exists: write to another place, or replace it with to: { path, ifExists: 'replace' }`,
  );

async function checkPlace(
  target: string,
  path: string,
  isFolder: boolean,
  canReplace: boolean,
): Promise<void> {
  const there = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (there === undefined) return;
  if (!isFolder) {
    if (there.isDirectory()) {
      throw new ApplyError(
        'ERR_FILE_EXISTS',
        `${path} is a folder, and one file should be written: end the path in / for a folder of files`,
      );
    }
    if (!there.isFile()) throw new ApplyError('ERR_FILE_EXISTS', `${path} is a device or a pipe, not a file`);
    if (!canReplace) throw exists(path);
    return;
  }
  if (!there.isDirectory()) {
    throw new ApplyError(
      'ERR_FILE_EXISTS',
      `${path} is a file, and a folder of files should be written there`,
    );
  }
  const names = await readdir(target, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  // Another call moved the folder away while it was listed.
  if (names === undefined) return checkPlace(target, path, isFolder, canReplace);
  if (names.length === 0) return;
  if (!canReplace) throw exists(path);
  const other = names.find((entry) => !entry.isDirectory() && !IS_DATA.test(entry.name));
  if (other) {
    throw new ApplyError(
      'ERR_FILE_EXISTS',
      `${path} is not replaced, because it holds more than data: ${join(other.parentPath, other.name)}`,
    );
  }
}

/** Names that data sets have: files of data, and what pyarrow, Spark and others note beside them. */
const IS_DATA = /\.(?:parquet|pq|arrow|feather|ipc|arrows|csv|tsv)(?:\.gz)?$|^_|^\..*\.crc$/i;
