import { closeSync, openSync } from 'node:fs';

/** Opens files that exist, for reading and writing. */
export interface FileOpener {
  use<T>(path: string, use: (file: number) => T): T;
}

/** Opens a file for each use, since there may be more of them than may be open. */
export const openEachTime: FileOpener = {
  use(path, use) {
    const file = openSync(path, 'r+');
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  },
};

/** The most files that stay open. */
const MOST_OPEN = 64;

/** Keeps the first files open until they are closed, and opens others for each use. */
export class OpenFiles implements FileOpener {
  readonly #open = new Map<string, number>();

  use<T>(path: string, use: (file: number) => T): T {
    const file = this.#keep(path);
    return file === undefined ? openEachTime.use(path, use) : use(file);
  }

  /** Leaves the file open until the promise settles. The path must not be closed before. */
  async useAsync<T>(path: string, use: (file: number) => Promise<T>): Promise<T> {
    const kept = this.#keep(path);
    if (kept !== undefined) return use(kept);
    const file = openSync(path, 'r+');
    try {
      return await use(file);
    } finally {
      closeSync(file);
    }
  }

  /** Returns a file that stays open; undefined if too many do. */
  #keep(path: string): number | undefined {
    let file = this.#open.get(path);
    if (file === undefined && this.#open.size < MOST_OPEN) {
      file = openSync(path, 'r+');
      this.#open.set(path, file);
    }
    return file;
  }

  close(path: string): void {
    const file = this.#open.get(path);
    if (file === undefined) return;
    this.#open.delete(path);
    closeSync(file);
  }

  closeAll(): void {
    for (const path of [...this.#open.keys()]) this.close(path);
  }
}
