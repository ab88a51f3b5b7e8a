import { sliceColumn } from '../frame/index.js';
import { TextCache } from '../util/index.js';

/** The columns that windows look at, and the names they have. */
export interface WindowSource {
  readonly names: readonly string[];
  readonly columns: readonly unknown[];
}

/** The property that a spread of a window copies; results refuse functions, with this name in the message. */
const NOT_SPREADABLE = '...w.frame is not possible; use ...slice(group, w.from, w.to)';

function notSpreadable(): void {}

/** The property of windows that tells them from other objects, and holds what reads their columns. */
const READ = Symbol('read');

/** A window's rows as an object of columns. */
export interface WindowColumns {
  readonly [READ]: { readonly names: readonly string[]; column(frame: object, k: number): unknown };
}

/** Makes windows: rows `from` up to `to`. */
export type WindowFrames = new (source: WindowSource, from: number, to: number) => unknown;

/**
 * Classes by the names of their columns. Groups of one table share a class, so that V8 compiles the function
 * that reads them once.
 */
const classes = new TextCache<WindowFrames>(100);

/** Returns the class of windows on columns of these names. */
export function windowClass(names: readonly string[]): WindowFrames {
  return classes.get(JSON.stringify(names), () => makeClass(names));
}

/**
 * Makes a class whose columns are getters, so that a window makes views of the columns that are read, and
 * none of the others. A common base class would double the time of a window.
 */
function makeClass(names: readonly string[]): WindowFrames {
  class Columns {
    readonly [NOT_SPREADABLE] = notSpreadable;
    readonly #source: WindowSource;
    readonly #from: number;
    readonly #to: number;
    /** The column that was read last: loops often read one column again and again. */
    #last = -1;
    #column: unknown;

    constructor(source: WindowSource, from: number, to: number) {
      this.#source = source;
      this.#from = from;
      this.#to = to;
    }

    static column(frame: Columns, k: number): unknown {
      if (frame.#last !== k) {
        frame.#column = sliceColumn(frame.#source.columns[k], frame.#from, frame.#to);
        frame.#last = k;
      }
      return frame.#column;
    }
  }
  const { column } = Columns;
  Object.defineProperty(Columns.prototype, READ, { value: { names, column } });
  for (const [k, name] of names.entries()) {
    Object.defineProperty(Columns.prototype, name, {
      enumerable: true,
      get(this: Columns) {
        return column(this, k);
      },
    });
  }
  return Columns;
}

/** Returns the columns of a window as a plain object; undefined for any other value. */
export function asPlainColumns(frame: unknown): { [name: string]: unknown } | undefined {
  if (typeof frame !== 'object' || frame === null || !(READ in frame)) return undefined;
  const { names, column } = (frame as WindowColumns)[READ];
  return Object.fromEntries(names.map((name, k) => [name, column(frame, k)]));
}
