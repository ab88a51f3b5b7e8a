import type { Data, Field, Schema } from 'apache-arrow';
import { allocateShared, sameType } from '../arrow/index.js';
import {
  columnsBySlot,
  type RowMemory,
  type Segment,
  type SegmentColumn,
  slotsOf,
  unifiedField,
  writtenColumn,
  writtenRows,
} from '../combine/index.js';
import type { Shards } from './group-source.js';

/** Columns of results that workers wrote to their places, where all groups have them in one type. */
export class WrittenColumns {
  readonly #memory: RowMemory | undefined;
  readonly #from: Int32Array;
  readonly #columns = new Map<string, { readonly field: Field; readonly slot: number }>();

  /**
   * @param segments the results of all groups that have one
   * @param declared the schema that the results must have
   */
  constructor(
    segments: readonly Segment[],
    { rowMemory, from }: Pick<Shards, 'rowMemory' | 'from'>,
    declared: Schema | undefined,
    describeGroup: (group: number) => string,
  ) {
    this.#memory = rowMemory;
    this.#from = from;
    if (rowMemory === undefined) return;
    const all = segments.map((segment) => ({ segment, columns: columnsBySlot(segment) }));
    for (const [name, { slot }] of all[0]?.columns ?? []) {
      if (slot === undefined || all.some(({ columns }) => columns.get(name)?.slot !== slot)) continue;
      const parts = all.map(({ segment, columns }) => ({
        field: (columns.get(name) as SegmentColumn).field,
        group: segment.first,
      }));
      const field = declared
        ? declared.fields[slotsOf(declared.fields).indexOf(name)]
        : unifiedField(parts, describeGroup);
      if (field && sameType(field.type, parts[0].field.type)) this.#columns.set(name, { field, slot });
    }
  }

  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /** Returns a column in the order of the rows. */
  column(name: string): { readonly field: Field; readonly data: Data } | undefined {
    const found = this.#columns.get(name);
    if (found === undefined || this.#memory === undefined) return undefined;
    const { field, slot } = found;
    return { field, data: writtenColumn(this.#memory, slot, field.type, allocateShared) };
  }

  /** Returns a segment with the rows of all columns that other groups lack, or have in another type. */
  withRows(segment: Segment): Segment {
    const memory = this.#memory;
    if (memory === undefined || !segment.columns.some(({ slot }) => slot !== undefined)) return segment;
    const range = { at: this.#from[segment.first], length: segment.numRows };
    const columns = Array.from(columnsBySlot(segment), ([name, column]): SegmentColumn => {
      const { field, slot } = column;
      if (slot === undefined || this.has(name)) return column;
      return { field, data: writtenRows(memory, slot, field.type, range, allocateShared) };
    });
    return { ...segment, columns };
  }
}
