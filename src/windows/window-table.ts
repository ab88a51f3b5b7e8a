import type { Table, Vector } from 'apache-arrow';
import type { AnyTable } from '../arrow/index.js';
import type { WindowFrames, WindowSource } from '../columns/index.js';

/**
 * Returns the class of windows on a table. They are Arrow tables that slice the columns that are read; a
 * slice of the whole table is made only for what needs it, such as `toArray`.
 */
export function tableWindows(table: AnyTable): WindowFrames {
  const vectors = new Map<unknown, Vector | null>();
  const vectorOf = (name: string): Vector | null => {
    let vector = vectors.get(name);
    if (vector === undefined) {
      vector = table.getChild(name);
      vectors.set(name, vector);
    }
    return vector;
  };

  class TableWindow {
    readonly #from: number;
    readonly #to: number;
    #rows: Table | undefined;

    constructor(_source: WindowSource, from: number, to: number) {
      this.#from = from;
      this.#to = to;
    }

    get #slice(): Table {
      this.#rows ??= table.slice(this.#from, this.#to);
      return this.#rows;
    }

    get schema() {
      return table.schema;
    }

    get numRows() {
      return this.#to - this.#from;
    }

    get batches() {
      return this.#slice.batches;
    }

    /** apache-arrow's Table keeps the offsets of its batches here. */
    get _offsets() {
      return (this.#slice as unknown as { _offsets: unknown })._offsets;
    }

    getChild(name: string) {
      return vectorOf(name)?.slice(this.#from, this.#to) ?? null;
    }
  }
  Object.setPrototypeOf(TableWindow.prototype, Object.getPrototypeOf(table));
  return TableWindow as unknown as WindowFrames;
}
