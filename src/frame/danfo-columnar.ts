import { guessDtype } from './danfo-dtype.js';
import type { DanfoConstructor } from './danfo-load.js';
import type { DanfoColumns } from './danfo-table.js';
import { LateCells } from './late-cells.js';
import { isObject, member } from './member.js';
import { rowsOfColumns } from './rows-of-columns.js';
import type { DanfoFrame } from './types.js';

/*
 * danfojs keeps every cell of a DataFrame twice, in rows and in columns, and copies all of them for each new one. Functions on groups
 * look at a few columns, and hardly ever at rows. So the DataFrames they get read a column when it is asked for, and make rows when
 * something wants rows: a method that they inherit from danfojs, which sees nothing of this.
 */

/** The names that danfojs' methods use among themselves, of which some are given another meaning here. */
interface Inside extends DanfoFrame {
  $columns: string[];
  $dtypes: string[];
  $index: (string | number)[];
  $getColumnData(column: string, returnSeries?: boolean): unknown;
  $setColumnData(column: string, values: unknown): void;
  $setInternalColumnDataProperty(column?: string): void;
  addColumn(column: string, values: unknown, options?: AddOptions): unknown;
}

interface AddOptions {
  readonly inplace?: boolean;
  readonly atIndex?: number | string;
}

type Index = (string | number)[];
type FrameClass = new (...parameters: ConstructorParameters<DanfoConstructor>) => Inside;
type ColumnarClass = new (columns: DanfoColumns, index: Index) => Inside;

const untouched = Symbol('untouched');
const base = Symbol('base');

/** What this package knows of a DataFrame that it made. */
interface Columnar {
  /** Its columns, if nobody has seen rows of it: they can be changed in place. */
  readonly [untouched]: DanfoColumns | undefined;
  /** The class of danfojs. */
  readonly [base]: FrameClass;
}

/** Is that a DataFrame made here? It has no `$data` of its own to tell it by. */
export const isColumnar = (value: object): value is Columnar => untouched in value;

export const untouchedColumns = (frame: object): DanfoColumns | undefined =>
  isColumnar(frame) ? frame[untouched] : undefined;

/** The class of danfojs that a frame is of. */
export const danfoClassOf = (frame: object): unknown =>
  isColumnar(frame) ? frame[base] : Object.getPrototypeOf(frame).constructor;

type FrameMaker = (columns: DanfoColumns, index: Index) => Inside;
const makers = new WeakMap<DanfoConstructor, FrameMaker>();

/** Classes kept for columns of certain names: a function may give every group's columns other names. */
const MOST_CLASSES = 1000;

/** A DataFrame of this class of danfojs, with index 0, 1, ... */
export function columnarFrame(DataFrame: DanfoConstructor, columns: DanfoColumns): DanfoFrame {
  let makeFrame = makers.get(DataFrame);
  if (makeFrame === undefined) {
    makeFrame = frameMaker(DataFrame as unknown as FrameClass);
    makers.set(DataFrame, makeFrame);
  }
  return makeFrame(columns, rangeTo(columns.numRows));
}

function frameMaker(DataFrame: FrameClass): FrameMaker {
  const classes = new Map<string, ColumnarClass>();

  function makeFrame(columns: DanfoColumns, index: Index): Inside {
    const key = JSON.stringify(columns.names);
    let WithColumns = classes.get(key);
    if (WithColumns === undefined) {
      if (classes.size === MOST_CLASSES) classes.clear();
      WithColumns = classWith(columns.names);
      classes.set(key, WithColumns);
    }
    return new WithColumns(columns, index);
  }

  /** danfojs gives every frame its columns as properties, `df['x']`; here all frames with columns of the same names share them. */
  function classWith(names: readonly string[]): ColumnarClass {
    const clashing = names.filter((name) => name.startsWith('$') || name in ColumnarFrame.prototype);
    class WithColumns extends ColumnarFrame {
      constructor(columns: DanfoColumns, index: Index) {
        super(columns, index);
        for (const name of clashing) this.$setInternalColumnDataProperty(name);
      }
    }
    // It is a DataFrame to whoever asks.
    Object.defineProperty(WithColumns.prototype, 'constructor', { value: DataFrame });
    for (const name of names) {
      if (clashing.includes(name)) continue;
      Object.defineProperty(WithColumns.prototype, name, {
        get(this: Inside) {
          return this.$getColumnData(name);
        },
        set(this: Inside, values: unknown) {
          this.$setColumnData(name, values);
        },
      });
    }
    return WithColumns;
  }

  class ColumnarFrame extends DataFrame implements Columnar {
    readonly #cells: readonly LateCells[];
    readonly #numRows: number;
    /** The rows, once they have been asked for. From then on they have the last word, as in danfojs. */
    #rows: unknown[][] | undefined;
    /** What danfojs has of each column, which is its own to write to. */
    #columns: unknown[][] = [];
    #isComplete = false;

    constructor({ names, dtypes, cells, numRows }: DanfoColumns, index: Index) {
      // Of no rows: there is nothing to copy and no dtype to guess.
      super([], { columns: [...names], dtypes: [...dtypes] });
      this.#cells = cells;
      this.#numRows = numRows;
      this.$index = index;
    }

    get [base](): FrameClass {
      return DataFrame;
    }

    get [untouched](): DanfoColumns | undefined {
      if (this.#rows !== undefined) return undefined;
      const { $columns, $dtypes } = this;
      return { names: [...$columns], dtypes: [...$dtypes], cells: this.#cells, numRows: this.#numRows };
    }

    get $data(): unknown[][] {
      // The constructor of danfojs looks before there is anything.
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

    /** The constructor's call is not needed: the class has them all. */
    override $setInternalColumnDataProperty(column?: string): void {
      if (#cells in this) super.$setInternalColumnDataProperty(column);
    }

    #readColumn(j: number): void {
      this.#columns[j] ??= this.#cells[j].all.slice();
    }

    override get shape(): [number, number] {
      const isLate = #cells in this && this.#rows === undefined;
      return isLate ? [this.#numRows, this.#cells.length] : (super.shape as [number, number]);
    }

    /** What `df['x']` calls. danfojs picks the column from all of them. */
    override $getColumnData(column: string, returnSeries?: boolean): unknown {
      const j = this.$columns.indexOf(column);
      if (this.#isComplete || j < 0) return super.$getColumnData(column, returnSeries);
      this.#readColumn(j);
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
      const wider = {
        names: [...names, column],
        dtypes: [...dtypes, dtype],
        cells: [...cells, new LateCells(() => added as unknown[])],
        numRows,
      };
      return makeFrame(wider, this.$index.slice());
    }

    #newCells(column: string, values: unknown, options?: AddOptions): readonly unknown[] | undefined {
      const isPlain = column !== '' && !options?.inplace && options?.atIndex === undefined;
      if (!isPlain || this.$columns.includes(column)) return undefined;
      const given =
        isObject(values) && member(values, '$isSeries') === true ? member(values, '$data') : values;
      const isColumn = Array.isArray(given) && given.length === this.#numRows;
      return isColumn ? given.slice() : undefined;
    }
  }
  return makeFrame;
}

/** 0, 1, ... */
export function rangeTo(length: number): number[] {
  const range = new Array<number>(length);
  for (let i = 0; i < length; i++) range[i] = i;
  return range;
}
