import type { Data } from 'apache-arrow';
import { type Batch, keepCompiled } from '../arrow/index.js';
import { isUnchanged } from './columns-reader.js';
import type { GroupView } from './group-view.js';
import type { Column, Columns } from './types.js';

/** A group as an object of columns. */
export class GroupAsColumns implements GroupView {
  #positions: Map<unknown, number> | undefined;

  constructor(
    readonly batch: Batch,
    readonly positions: ReadonlyMap<string, number>,
    readonly isInPlace: readonly boolean[],
    readonly from: number,
    readonly to: number,
    readonly frame: Columns,
    /** The columns that the reader made; the function may put others into `frame`. */
    readonly made: readonly unknown[],
  ) {}

  rowsOf(column: number): Data {
    return this.batch.columns[column].slice(this.from, this.to - this.from);
  }

  isUnchanged(position: number, column: unknown): boolean {
    return this.made[position] === column && this.#isUnchanged(position, column as Column);
  }

  mayBeInput(column: unknown): boolean {
    return this.#positionOf(column) !== undefined;
  }

  inputOfColumn(name: string, column: unknown): number | undefined {
    const sameName = this.positions.get(name);
    const position =
      sameName !== undefined && this.made[sameName] === column ? sameName : this.#positionOf(column);
    return position !== undefined && this.#isUnchanged(position, column as Column) ? position : undefined;
  }

  /** Finds a column that the reader made. A map is made on first use, since a table may have thousands. */
  #positionOf(column: unknown): number | undefined {
    this.#positions ??= new Map(this.made.map((each, position) => [each, position]));
    return this.#positions.get(column);
  }

  #isUnchanged(position: number, column: Column): boolean {
    return this.isInPlace[position] || isUnchanged(this.batch.columns[position], column, this.from, this.to);
  }

  inputOfChunks(): undefined {
    return undefined;
  }

  inputOfData(): undefined {
    return undefined;
  }

  sourceOf(): undefined {
    return undefined;
  }
}

keepCompiled(new GroupAsColumns({ columns: [] } as unknown as Batch, new Map(), [], 0, 0, {}, []));
