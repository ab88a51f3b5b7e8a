import { type InspectOptions, inspect } from 'node:util';
import { isObject, member } from '../../util/index.js';
import { LazyCells } from '../lazy-cells.js';
import type { DanfoColumns } from './columns.js';
import type { DanfoConstructor } from './frame-class.js';
import { guessDtype } from './guess-dtype.js';
import type { DanfoIndex, DataFrameFields } from './private-fields.js';
import { rowsOfColumns } from './rows-of-columns.js';

/*
 * danfojs keeps every cell of a DataFrame twice, in rows and in columns, and copies all of them into each new
 * DataFrame. Functions on groups use a few columns, and hardly ever rows. So they get lazy DataFrames, which
 * read a column when it is first used, and make rows when a method inherited from danfojs uses them.
 */

/** The private methods of danfojs that a lazy frame overrides or calls. */
interface Inherited extends Omit<DataFrameFields, '$data' | '$dataIncolumnFormat'> {
  readonly $config: { readonly isLowMemoryMode: boolean };
  $setConfig(config: unknown): void;
  $getColumnData(column: string, returnSeries?: boolean): unknown;
  $setColumnData(column: string, values: unknown): void;
  $setInternalColumnDataProperty(column?: string): void;
  addColumn(column: string, values: unknown, options?: AddOptions): unknown;
}

interface AddOptions {
  readonly inplace?: boolean;
  readonly atIndex?: number | string;
}

export type FrameClass = new (...parameters: ConstructorParameters<DanfoConstructor>) => Inherited;
export type LazyFrameClass = new (columns: DanfoColumns, index: DanfoIndex) => Inherited;
export type MakeFrame = (columns: DanfoColumns, index: DanfoIndex) => Inherited;

const unreadRows = Symbol('unread rows');
const frameClass = Symbol('frame class');

/**
 * Returns the columns of a lazy frame; undefined once its rows have been made. danfojs may change rows in
 * place, so they are the truth from then on.
 */
export const lazyColumns = (frame: object): DanfoColumns | undefined =>
  (frame as { readonly [unreadRows]?: DanfoColumns })[unreadRows];

/** Returns the class of a DataFrame, danfojs' or the user's; for a lazy frame the class it stands for. */
export const frameClassOf = (frame: object): unknown =>
  (frame as { readonly [frameClass]?: DanfoConstructor })[frameClass] ??
  Object.getPrototypeOf(frame).constructor;

/** Recognises a lazy frame. */
export const isLazyFrame = (frame: object): boolean => frameClass in frame;

/**
 * Makes a class of lazy frames.
 *
 * @param DataFrame the class to extend
 * @param OriginalClass the class of danfojs or of the user that frames claim to be of
 * @param makeFrame makes the frames that methods return
 */
export function lazyFrameClass(
  DataFrame: FrameClass,
  OriginalClass: DanfoConstructor,
  makeFrame: MakeFrame,
): LazyFrameClass {
  const hasOwnAddColumn = overrides(DataFrame.prototype, 'addColumn');

  // danfojs' and the user's constructors use members before #cells exists, so members check for #cells first.
  return class extends DataFrame {
    readonly #cells: readonly LazyCells[];
    readonly #numRows: number;
    /** The rows, made when they are first used. */
    #rows: unknown[][] | undefined;
    /** Copies of the columns that have been used; danfojs may write to them. */
    #columns: unknown[][] = [];
    #isComplete = false;

    constructor({ names, dtypes, cells, numRows }: DanfoColumns, index: DanfoIndex) {
      // Passes no rows, so that danfojs copies nothing and guesses no dtype.
      super([], { columns: [...names], dtypes: [...dtypes] });
      this.#cells = cells;
      this.#numRows = numRows;
      this.$index = index;
    }

    get [frameClass](): DanfoConstructor {
      return OriginalClass;
    }

    get [unreadRows](): DanfoColumns | undefined {
      if (!(#cells in this) || this.#rows !== undefined) return undefined;
      const { $columns, $dtypes } = this;
      return {
        names: $columns.map(String),
        dtypes: [...$dtypes],
        cells: this.#cells,
        numRows: this.#numRows,
      };
    }

    get $data(): unknown[][] {
      if (!(#cells in this)) return [];
      this.#rows ??= rowsOfColumns(
        this.#cells.map(({ all }) => all),
        this.#numRows,
      );
      return this.#rows;
    }

    set $data(rows: unknown[][]) {
      if (#cells in this) this.#rows = rows;
    }

    get $dataIncolumnFormat(): unknown[][] {
      if (!(#cells in this)) return [];
      if (!this.#isComplete) {
        for (let j = 0; j < this.#cells.length; j++) this.#readColumn(j);
        this.#isComplete = true;
      }
      return this.#columns;
    }

    set $dataIncolumnFormat(columns: unknown[][]) {
      if (!(#cells in this)) return;
      this.#columns = columns;
      this.#isComplete = true;
    }

    #readColumn(j: number): void {
      this.#columns[j] ??= this.#cells[j].all.slice();
    }

    override get shape(): [number, number] {
      const isLazy = #cells in this && this.#rows === undefined;
      return isLazy ? [this.#numRows, this.#cells.length] : (super.shape as [number, number]);
    }

    /**
     * Does nothing during construction: the class already has properties for the columns. Later ones are
     * added in place.
     */
    override $setInternalColumnDataProperty(column?: string): void {
      if (#cells in this) super.$setInternalColumnDataProperty(column);
    }

    /** Serves `df['x']`: reads that column only. */
    override $getColumnData(column: string, returnSeries?: boolean): unknown {
      const j = this.$columns.indexOf(column);
      const isRead = !(#cells in this) || this.#isComplete || this.$config.isLowMemoryMode;
      if (isRead || j < 0) return super.$getColumnData(column, returnSeries);
      this.#readColumn(j);
      // danfojs reads all columns to take one, so it gets those that have been read so far.
      this.#isComplete = true;
      try {
        return super.$getColumnData(column, returnSeries);
      } finally {
        this.#isComplete = false;
      }
    }

    /**
     * Appends a column without copying the others, and returns a new frame. Any other way of adding is left
     * to danfojs.
     */
    override addColumn(column: string, values: unknown, options?: AddOptions): unknown {
      const columns = this[unreadRows];
      const added = columns && this.#newCells(column, values, options);
      const dtype = added && guessDtype(added);
      if (dtype === undefined) return super.addColumn(column, values, options);
      const { names, dtypes, cells, numRows } = columns as DanfoColumns;
      const lazy = new LazyCells(numRows, () => added as unknown[]);
      const wider = {
        names: [...names, column],
        dtypes: [...dtypes, dtype],
        cells: [...cells, lazy],
        numRows,
      };
      const frame = makeFrame(wider, this.$index.slice());
      frame.$setConfig(this.$config);
      return frame;
    }

    /** Returns a copy of the new column's cells; undefined where danfojs must add the column. */
    #newCells(column: string, values: unknown, options?: AddOptions): readonly unknown[] | undefined {
      const isPlain = typeof column === 'string' && column !== '' && !options?.inplace;
      if (hasOwnAddColumn || !isPlain || options?.atIndex !== undefined) return undefined;
      if (this.$columns.includes(column)) return undefined;
      const given =
        isObject(values) && member(values, '$isSeries') === true ? member(values, '$data') : values;
      return Array.isArray(given) && given.length === this.#numRows ? given.slice() : undefined;
    }

    /**
     * Draws the table for console.log, which would not show lazy cells. danfojs cannot draw it if a cell
     * holds a tab, or a column has the name of a member that danfojs uses.
     */
    [inspect.custom](_depth: number, options?: InspectOptions): string {
      try {
        return String(this);
      } catch {
        return `DataFrame ${inspect({ columns: this.$columns, rows: this.$data }, options)}`;
      }
    }
  };
}

/** Tells whether a class of the user overrides a method of danfojs. */
function overrides(prototype: object, name: string): boolean {
  const owners = [];
  for (let step: object | null = prototype; step !== null; step = Object.getPrototypeOf(step)) {
    if (Object.hasOwn(step, name)) owners.push(step);
  }
  return owners.length > 1;
}
