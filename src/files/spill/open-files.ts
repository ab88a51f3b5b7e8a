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
    let file = this.#open.get(path);
    if (file === undefined) {
      if (this.#open.size >= MOST_OPEN) return openEachTime.use(path, use);
      file = openSync(path, 'r+');
      this.#open.set(path, file);
    }
    return use(file);
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
