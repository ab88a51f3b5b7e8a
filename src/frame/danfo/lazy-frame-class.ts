import { type InspectOptions, inspect } from 'node:util';
import { isObject, member } from '../../util/index.js';
import { LazyCells } from '../lazy-cells.js';
import type { DanfoColumns } from './columns.js';
import type { DanfoConstructor } from './frame-class.js';
import { guessDtype } from './guess-dtype.js';
import type { DanfoIndex, DataFrameFields } from './private-fields.js';
import { rowsOfColumns } from './rows-of-columns.js';

/*
 * danfojs keeps every cell of a DataFrame twice, in rows and in columns, and copies all of them for each new one. Functions on groups
 * look at a few columns, and hardly ever at rows. So the DataFrames they get read a column when it is asked for, and make rows when
 * something wants rows: a method that they inherit from danfojs, which sees nothing of this.
 */

/** What danfojs' methods use among themselves, and has another meaning here. */
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

const untouched = Symbol('untouched');
const frameClass = Symbol('frame class');

/** The columns of a DataFrame of a columnar class, if nobody has seen rows of it: they can be changed in place. */
export const unreadColumns = (frame: object): DanfoColumns | undefined =>
  (frame as { readonly [untouched]?: DanfoColumns })[untouched];

/** The class of danfojs, or of the user, that a DataFrame is of. */
export const frameClassOf = (frame: object): unknown =>
  (frame as { readonly [frameClass]?: DanfoConstructor })[frameClass] ??
  Object.getPrototypeOf(frame).constructor;

/** Is that a DataFrame of a columnar class? */
export const isLazyFrame = (frame: object): boolean => frameClass in frame;

/** A class of such DataFrames, derived from `ItsClass` of danfojs or the user, or what stands for it. `makeFrame` makes what its methods return. */
export function lazyFrameClass(
  DataFrame: FrameClass,
  ItsClass: DanfoConstructor,
  makeFrame: MakeFrame,
): LazyFrameClass {
  const addsInItsOwnWay = overrides(DataFrame.prototype, 'addColumn');

  // Constructors, danfojs' and the user's, look at a frame before it has anything: members ask for #cells first.
  return class extends DataFrame {
    readonly #cells: readonly LazyCells[];
    readonly #numRows: number;
    /** The rows, once they have been asked for. From then on they have the last word, as in danfojs. */
    #rows: unknown[][] | undefined;
    /** What danfojs has of each column, which is its own to write to. */
    #columns: unknown[][] = [];
    #isComplete = false;

    constructor({ names, dtypes, cells, numRows }: DanfoColumns, index: DanfoIndex) {
      // Of no rows: there is nothing to copy and no dtype to guess.
      super([], { columns: [...names], dtypes: [...dtypes] });
      this.#cells = cells;
      this.#numRows = numRows;
      this.$index = index;
    }

    get [frameClass](): DanfoConstructor {
      return ItsClass;
    }

    get [untouched](): DanfoColumns | undefined {
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
      const isLate = #cells in this && this.#rows === undefined;
      return isLate ? [this.#numRows, this.#cells.length] : (super.shape as [number, number]);
    }

    /** The class has properties for all columns; only those that are added in place are new. */
    override $setInternalColumnDataProperty(column?: string): void {
      if (#cells in this) super.$setInternalColumnDataProperty(column);
    }

    /** What `df['x']` calls. */
    override $getColumnData(column: string, returnSeries?: boolean): unknown {
      const j = this.$columns.indexOf(column);
      const isRead = !(#cells in this) || this.#isComplete || this.$config.isLowMemoryMode;
      if (isRead || j < 0) return super.$getColumnData(column, returnSeries);
      this.#readColumn(j);
      // It asks for all of them, to take one: it gets those that are there.
      this.#isComplete = true;
      try {
        return super.$getColumnData(column, returnSeries);
      } finally {
        this.#isComplete = false;
      }
    }

    /** A new column at the end of a new frame takes its cells alone; whatever else danfojs knows of adding columns is left to it. */
    override addColumn(column: string, values: unknown, options?: AddOptions): unknown {
      const columns = this[untouched];
      const added = columns && this.#newCells(column, values, options);
      const dtype = added && guessDtype(added);
      if (dtype === undefined) return super.addColumn(column, values, options);
      const { names, dtypes, cells, numRows } = columns as DanfoColumns;
      const late = new LazyCells(numRows, () => added as unknown[]);
      const wider = {
        names: [...names, column],
        dtypes: [...dtypes, dtype],
        cells: [...cells, late],
        numRows,
      };
      const frame = makeFrame(wider, this.$index.slice());
      frame.$setConfig(this.$config);
      return frame;
    }

    #newCells(column: string, values: unknown, options?: AddOptions): readonly unknown[] | undefined {
      const isPlain = typeof column === 'string' && column !== '' && !options?.inplace;
      if (addsInItsOwnWay || !isPlain || options?.atIndex !== undefined) return undefined;
      if (this.$columns.includes(column)) return undefined;
      const given =
        isObject(values) && member(values, '$isSeries') === true ? member(values, '$data') : values;
      return Array.isArray(given) && given.length === this.#numRows ? given.slice() : undefined;
    }

    /**
     * For console.log, which shows no cells that are not a frame's own: the table. danfojs draws none where a cell holds a tab, or a column
     * has the name of something it uses.
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

/** Is that a method of the user's in the place of one of danfojs? */
function overrides(prototype: object, name: string): boolean {
  const owners = [];
  for (let step: object | null = prototype; step !== null; step = Object.getPrototypeOf(step)) {
    if (Object.hasOwn(step, name)) owners.push(step);
  }
  return owners.length > 1;
}
