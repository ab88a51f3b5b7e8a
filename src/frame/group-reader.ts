import { type Data, type DataType, type Dictionary, type Field, Type, Vector } from 'apache-arrow';
import {
  type Batch,
  bitmapsAreUnchanged,
  concatData,
  needsPrivateCopy,
  privateCopy,
  sameType,
  sliceBatch,
  tableOf,
  withPrivateBitmaps,
  withReadOnlyDictionaries,
} from '../arrow/index.js';
import { type FrameCells, isBatchAdapter, type KnownColumns } from './adapter.js';
import { columnsReader, isShownInPlace, isUnchanged } from './columns-reader.js';
import { adapterFor } from './find-adapter.js';
import type { LazyCells } from './lazy-cells.js';
import type { Column, Columns } from './types.js';

/** One group as the function gets it, and what is needed to see which of its columns came back untouched. */
export interface GroupView {
  readonly frame: unknown;
  readonly batch: Batch;
  /** The group's rows of an input column. */
  rowsOf(column: number): Data;
  /** Is that an input column as the function got it? Only the columns form tells. */
  isColumn(position: number, column: unknown): boolean;
  /** Could that be one of them, changed or not? */
  isAnyColumn(column: unknown): boolean;
  /** The input column that `column`, of an object of columns, is; undefined where it is something new. */
  findColumn(name: string, column: unknown): number | undefined;
  /** The input column of this name as the function saw it in values, without its type; undefined where it saw the column itself. */
  findSource(name: string): { readonly field: Field; readonly data: Data } | undefined;
  /** Columns told by their cells, where the function saw those. */
  readonly known?: KnownColumns;
  /** The input column whose rows are this very data. */
  positionOf(data: Data): number | undefined;
  /** The same for a column of a table. */
  findData(name: string, chunks: readonly Data[]): number | undefined;
}

/** Hands out rows of one split table in the form a function asked for. */
export type GroupReader = (from: number, to: number) => GroupView;

/** `form` is a kind of frame, or 'columns'; `frameClass` the class of such frames, where not of the one seen last. */
export function groupReader(batch: Batch, form: string, frameClass?: unknown): GroupReader {
  const positions = new Map(batch.schema.fields.map((field, k) => [field.name, k]));
  if (form === 'columns') {
    const reader = columnsReader(batch);
    const isInPlace = batch.columns.map(isShownInPlace);
    return (from, to) => {
      const made: Column[] = [];
      return new GivenColumns(batch, positions, isInPlace, from, to, reader.read(from, to, made), made);
    };
  }
  const adapter = adapterFor(form);
  const guarded = { ...batch, columns: batch.columns.map(withReadOnlyDictionaries) };
  const isCopied = batch.columns.map(needsPrivateCopy);
  return (from, to) => {
    const slice = sliceBatch(guarded, from, to);
    const columns = slice.columns.map((data, k) =>
      isCopied[k] ? privateCopy(data) : withPrivateBitmaps(data),
    );
    const own = { ...slice, columns };
    if (isBatchAdapter(adapter)) {
      const frame = adapter.fromBatch(own, frameClass);
      const known = new KnownCells(batch, positions, slice, adapter.insideOf(frame));
      return new GivenTable(batch, positions, slice, own, isCopied, frame, true, known);
    }
    const frame = adapter.fromArrow(tableOf(batch.schema, [own]));
    return new GivenTable(batch, positions, slice, own, isCopied, frame, form === 'records');
  };
}

/** Rows `from` up to `to` as a frame of kind `kind` that shares no memory with the batch: what is written to it stays in it. */
export function copyGroup(batch: Batch, kind: string, from: number, to: number): unknown {
  const slice = sliceBatch(batch, from, to);
  const columns = slice.columns.map((data) => concatData(data.type, [data], (size) => new Uint8Array(size)));
  const rows = { ...slice, columns };
  if (kind !== 'columns') return adapterFor(kind).fromArrow(tableOf(rows.schema, [rows]));
  const hasNulls = batch.columns.map((data) => data.nullCount > 0);
  return columnsReader(rows, hasNulls).read(0, rows.numRows);
}

class GivenColumns implements GroupView {
  constructor(
    readonly batch: Batch,
    readonly positions: ReadonlyMap<string, number>,
    readonly isInPlace: readonly boolean[],
    readonly from: number,
    readonly to: number,
    readonly frame: Columns,
    /** What the reader made: the function may put other columns into `frame`. */
    readonly made: readonly unknown[],
  ) {}

  rowsOf(column: number): Data {
    return this.batch.columns[column].slice(this.from, this.to - this.from);
  }

  isColumn(position: number, column: unknown): boolean {
    return this.made[position] === column && this.#isUnchanged(position, column as Column);
  }

  isAnyColumn(column: unknown): boolean {
    return this.made.includes(column);
  }

  findColumn(name: string, column: unknown): number | undefined {
    const sameName = this.positions.get(name);
    const position =
      sameName !== undefined && this.made[sameName] === column ? sameName : this.made.indexOf(column);
    return position >= 0 && this.#isUnchanged(position, column as Column) ? position : undefined;
  }

  #isUnchanged(position: number, column: Column): boolean {
    return this.isInPlace[position] || isUnchanged(this.batch.columns[position], column, this.from, this.to);
  }

  findData(): undefined {
    return undefined;
  }

  positionOf(): undefined {
    return undefined;
  }

  findSource(): undefined {
    return undefined;
  }
}

class GivenTable implements GroupView {
  /** apache-arrow gives a column a new bitmap when a value of it is first set to null. */
  readonly #bitmaps: readonly (Uint8Array | undefined)[];

  constructor(
    readonly batch: Batch,
    readonly positions: ReadonlyMap<string, number>,
    /** The group's rows of the shard. */
    readonly slice: Batch,
    /** What the function got of them. */
    readonly own: Batch,
    /** Columns that are copies, so that nothing tells whether they were written to. */
    readonly isCopied: readonly boolean[],
    readonly frame: unknown,
    /** The frame holds JavaScript values, which do not say what type they had. */
    readonly isValues: boolean,
    readonly known?: KnownColumns,
  ) {
    this.#bitmaps = own.columns.map((data) => data.nullBitmap);
  }

  rowsOf(column: number): Data {
    return this.slice.columns[column];
  }

  findSource(name: string) {
    const position = this.isValues ? this.positions.get(name) : undefined;
    return position === undefined
      ? undefined
      : { field: this.batch.schema.fields[position], data: this.slice.columns[position] };
  }

  positionOf(data: Data): number | undefined {
    const position = this.known ? this.slice.columns.indexOf(data) : -1;
    return position < 0 ? undefined : position;
  }

  isColumn(): false {
    return false;
  }

  isAnyColumn(column: unknown): boolean {
    return column instanceof Vector;
  }

  findColumn(name: string, column: unknown): number | undefined {
    return column instanceof Vector ? this.findData(name, column.data) : undefined;
  }

  findData(name: string, chunks: readonly Data[]): number | undefined {
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
    const other = this.own.columns.findIndex((_, k) => isColumn(k));
    return other < 0 ? undefined : other;
  }
}

/** The columns of a group as a function saw them in cells of its own. */
class KnownCells implements KnownColumns {
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
    if (!meetsCells(field.type) || (given !== cells && !areSame(given, cells))) return undefined;
    return { field, data: this.slice.columns[position] };
  }
}

/**
 * Whether a column of this type goes together with one that another group has made of cells. A decimal does not go with the numbers that
 * it was shown as.
 */
function meetsCells(type: DataType): boolean {
  switch (type.typeId as Type) {
    case Type.Int:
    case Type.Float:
    case Type.Bool:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return true;
    case Type.Dictionary:
      return meetsCells((type as Dictionary).dictionary);
    default:
      return false;
  }
}

/** Objects can have changed and be the same still. */
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

/** Same buffers, same rows. A Data's views are made once and handed on by clones, so identity of views is enough. */
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
    // A column without buffers of its own (the null type) has nothing to tell it by.
    (a.values ?? a.valueOffsets ?? a.typeIds ?? a.children[0]) !== undefined
  );
}
