import { type DataType, type Dictionary, Type } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { FrameCells, KnownColumns } from './adapter.js';
import { type Likeness, likeness } from './infer/index.js';
import type { LazyCells } from './lazy-cells.js';

/** The columns of a group that was given to its function as cells, such as those of a DataFrame. */
export class KnownCells implements KnownColumns {
  constructor(
    readonly batch: Batch,
    readonly positions: ReadonlyMap<string, number>,
    readonly slice: Batch,
    readonly given: FrameCells,
  ) {}

  find(name: string, cells: LazyCells, dtype: string) {
    const position = this.positions.get(name);
    if (position === undefined || this.given.dtypes[position] !== dtype) return undefined;
    const field = this.batch.schema.fields[position];
    const given = this.given.cells[position];
    if (!canMeetCells(field.type) || (given !== cells && !areSame(given, cells))) return undefined;
    return { field, data: this.slice.columns[position] };
  }

  like(name: string): Likeness | undefined {
    const position = this.positions.get(name);
    if (position === undefined) return undefined;
    return likeness(this.batch.schema.fields[position].type, this.slice.columns[position]);
  }
}

/**
 * Tells whether a column of this type can be joined with one that another group's function made of cells. A
 * decimal cannot: it was shown as numbers, and numbers are what another group returns.
 */
function canMeetCells(type: DataType): boolean {
  switch (type.typeId as Type) {
    case Type.Int:
    case Type.Float:
    case Type.Bool:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return true;
    case Type.Dictionary:
      return canMeetCells((type as Dictionary).dictionary);
    default:
      return false;
  }
}

/** Tells whether all cells are the same. An object may have changed inside, so it counts as different. */
function areSame(given: LazyCells, cells: LazyCells): boolean {
  if (given.length !== cells.length) return false;
  const a = given.all;
  const b = cells.all;
  for (let i = 0; i < a.length; i++) {
    const cell = a[i];
    if (!Object.is(cell, b[i]) || (typeof cell === 'object' && cell !== null)) return false;
  }
  return true;
}
