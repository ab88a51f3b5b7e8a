import { type Data, Vector } from 'apache-arrow';
import { type Batch, bitmapsAreUnchanged, sameType } from '../arrow/index.js';
import type { KnownColumns } from './adapter.js';
import type { GroupView } from './group-view.js';

/** Up to this number of columns a search through all of them is faster than a map. */
const FEW_COLUMNS = 16;

/** A group as a table, a DataFrame or rows. */
export class GroupAsTable implements GroupView {
  /**
   * The bitmaps as given: apache-arrow replaces one when the function sets the first value of a column to
   * null.
   */
  readonly #bitmaps: readonly (Uint8Array | undefined)[];
  #positionsOfData: Map<Data, number> | undefined;
  #byBuffer: Map<unknown, number[]> | undefined;

  constructor(
    readonly batch: Batch,
    readonly positions: ReadonlyMap<string, number>,
    /** The group's rows of the split table. */
    readonly slice: Batch,
    /** The columns that the function got: copies, or the same values with bitmaps of their own. */
    readonly own: Batch,
    /**
     * Tells for each column whether it is a copy; a change to a copy is not noticed, so it never counts as
     * unchanged.
     */
    readonly isCopied: readonly boolean[],
    readonly frame: unknown,
    /** Tells whether the frame holds JavaScript values, which do not tell their Arrow types. */
    readonly isValues: boolean,
    readonly knownColumns?: KnownColumns,
  ) {
    this.#bitmaps = own.columns.map((data) => data.nullBitmap);
  }

  rowsOf(column: number): Data {
    return this.slice.columns[column];
  }

  sourceOf(name: string) {
    const position = this.isValues ? this.positions.get(name) : undefined;
    return position === undefined
      ? undefined
      : { field: this.batch.schema.fields[position], data: this.slice.columns[position] };
  }

  inputOfData(data: Data): number | undefined {
    if (!this.knownColumns) return undefined;
    this.#positionsOfData ??= new Map(this.slice.columns.map((column, position) => [column, position]));
    return this.#positionsOfData.get(data);
  }

  isUnchanged(): false {
    return false;
  }

  mayBeInput(column: unknown): boolean {
    return column instanceof Vector;
  }

  inputOfColumn(name: string, column: unknown): number | undefined {
    return column instanceof Vector ? this.inputOfChunks(name, column.data) : undefined;
  }

  inputOfChunks(name: string, chunks: readonly Data[]): number | undefined {
    if (chunks.length !== 1) return undefined;
    const [chunk] = chunks;
    const isColumn = (position: number) => {
      const own = this.own.columns[position];
      return (
        !this.isCopied[position] &&
        chunk.nullBitmap === this.#bitmaps[position] &&
        sameType(chunk.type, own.type) &&
        readsSameRows(chunk, own) &&
        bitmapsAreUnchanged(own, this.slice.columns[position])
      );
    };
    const position = this.positions.get(name);
    if (position !== undefined && isColumn(position)) return position;
    const { columns } = this.own;
    if (columns.length > FEW_COLUMNS) return this.#alike(chunk).find(isColumn);
    const buffer = firstBuffer(chunk);
    for (let other = 0; other < columns.length; other++) {
      if (firstBuffer(columns[other]) === buffer && isColumn(other)) return other;
    }
    return undefined;
  }

  /** Returns the positions of columns that may have the same rows. Maps are made on first use. */
  #alike(chunk: Data): readonly number[] {
    if (!this.#byBuffer) {
      this.#byBuffer = new Map();
      for (const [position, column] of this.own.columns.entries()) {
        const buffer = firstBuffer(column);
        const others = this.#byBuffer.get(buffer);
        if (others) others.push(position);
        else this.#byBuffer.set(buffer, [position]);
      }
    }
    return this.#byBuffer.get(firstBuffer(chunk)) ?? [];
  }
}

/** Returns a buffer that columns of the same rows have in common. */
function firstBuffer({ values, valueOffsets, typeIds, children }: Data): unknown {
  return values ?? valueOffsets ?? typeIds ?? (children.length > 0 ? firstBuffer(children[0]) : undefined);
}

/**
 * Tells whether both are the same rows of the same buffers. apache-arrow makes the views of a Data once and
 * hands them on to its clones, so the views themselves are compared.
 */
function readsSameRows(a: Data, b: Data): boolean {
  if (a === b) return true;
  return (
    a.type.typeId === b.type.typeId &&
    a.length === b.length &&
    a.offset === b.offset &&
    a.values === b.values &&
    a.valueOffsets === b.valueOffsets &&
    a.nullBitmap === b.nullBitmap &&
    a.typeIds === b.typeIds &&
    a.dictionary === b.dictionary &&
    a.children.length === b.children.length &&
    a.children.every((child, k) => readsSameRows(child, b.children[k])) &&
    // Columns without any buffer, those of the Null type, cannot be told apart.
    (a.values ?? a.valueOffsets ?? a.typeIds ?? a.children[0]) !== undefined
  );
}
