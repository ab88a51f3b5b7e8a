import { keepCompiled } from '../arrow/index.js';

/**
 * The cells of a column, which are read when they are first used. They are shared, and must not be changed.
 */
export class LazyCells {
  #read: (() => readonly unknown[]) | undefined;
  #cells: readonly unknown[] = [];

  constructor(
    readonly length: number,
    read: () => readonly unknown[],
  ) {
    this.#read = read;
  }

  get all(): readonly unknown[] {
    if (this.#read !== undefined) {
      this.#cells = this.#read();
      // Frees the column that the cells were read from, which may be large.
      this.#read = undefined;
    }
    return this.#cells;
  }
}

keepCompiled(new LazyCells(0, () => []));
