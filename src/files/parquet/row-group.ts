import type { Schema } from 'apache-arrow';
import type { FilePart, ValueRange } from '../format.js';
import { rowWidth } from '../row-width.js';
import { type ColumnChunk, type RowGroup, readColumnChunks } from './footer.js';
import type { LeafElement } from './schema-elements.js';
import { rangeOf } from './statistics.js';

/** The place of a row group, as workers get it. */
export interface RowGroupPlace {
  readonly rowGroup: number;
  readonly numRows: number;
}

/** A row group of an open file. Reads the entries of its columns when they are first needed. */
export class RowGroupPart implements FilePart {
  readonly numRows: number;
  readonly place: RowGroupPlace;
  readonly #schema: Schema;
  readonly #elements: () => ReadonlyMap<string, LeafElement>;
  readonly #group: RowGroup;
  #chunks: ReadonlyMap<string, readonly ColumnChunk[]> | undefined;

  constructor(
    schema: Schema,
    elements: () => ReadonlyMap<string, LeafElement>,
    group: RowGroup,
    rowGroup: number,
  ) {
    this.numRows = group.numRows;
    this.place = { rowGroup, numRows: group.numRows };
    this.#schema = schema;
    this.#elements = elements;
    this.#group = group;
  }

  bytes(columns: readonly string[]): number {
    const chunks = this.#columnChunks();
    return columns.reduce((sum, name) => {
      const type = this.#schema.fields.find((field) => field.name === name)?.type;
      const stored = (chunks.get(name) ?? []).reduce((bytes, chunk) => bytes + chunk.bytes, 0);
      // Values that repeat are stored once, so the stored bytes are the least that a column can take.
      return sum + Math.max(stored, type === undefined ? 0 : this.numRows * rowWidth(type));
    }, 0);
  }

  range(column: string): ValueRange | undefined {
    const [chunk] = this.#columnChunks().get(column) ?? [];
    const element = this.#elements().get(column);
    const field = this.#schema.fields.find(({ name }) => name === column);
    return chunk && element && field && rangeOf(field.type, element, chunk);
  }

  #columnChunks(): ReadonlyMap<string, readonly ColumnChunk[]> {
    if (this.#chunks) return this.#chunks;
    const chunks = new Map<string, ColumnChunk[]>();
    for (const chunk of readColumnChunks(this.#group)) {
      const column = chunks.get(chunk.path[0]);
      if (column) column.push(chunk);
      else chunks.set(chunk.path[0], [chunk]);
    }
    this.#chunks = chunks;
    return chunks;
  }
}
