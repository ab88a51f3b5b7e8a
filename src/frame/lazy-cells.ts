import { keepCompiled } from '../arrow/index.js';

/** The cells of a column, read when they are first asked for. They are shared, and nobody may write to them. */
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
      // What it was read from may be large.
      this.#read = undefined;
    }
    return this.#cells;
  }
}

keepCompiled(new LazyCells(0, () => []));
