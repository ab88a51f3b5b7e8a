import type { DanfoFrame } from '../types.js';
import type { DanfoColumns } from './columns.js';
import type { DanfoConstructor } from './frame-class.js';
import { type FrameClass, type LazyFrameClass, lazyFrameClass, type MakeFrame } from './lazy-frame-class.js';
import type { DanfoIndex } from './private-fields.js';
import { withUsableConstructor } from './usable-constructor.js';

/**
 * The most classes to keep, one for each list of column names: a function may name columns differently for
 * every group.
 */
const MAX_CLASSES = 1000;

const makers = new WeakMap<DanfoConstructor, MakeFrame>();

/** Makes a lazy frame of a class derived from `DataFrame`, with index 0, 1, … */
export function makeLazyFrame(DataFrame: DanfoConstructor, columns: DanfoColumns): DanfoFrame {
  let makeFrame = makers.get(DataFrame);
  if (makeFrame === undefined) {
    makeFrame = frameMaker(withUsableConstructor(DataFrame, columns) as unknown as FrameClass, DataFrame);
    makers.set(DataFrame, makeFrame);
  }
  return makeFrame(columns, rangeTo(columns.numRows));
}

/**
 * Returns a function that makes frames of classes derived from `DataFrame`; their constructor property is
 * `OriginalClass`.
 */
function frameMaker(DataFrame: FrameClass, OriginalClass: DanfoConstructor): MakeFrame {
  const classes = new Map<string, LazyFrameClass>();
  const LazyFrame = lazyFrameClass(DataFrame, OriginalClass, makeFrame);

  function makeFrame(columns: DanfoColumns, index: DanfoIndex) {
    const key = JSON.stringify(columns.names);
    let WithColumns = classes.get(key);
    if (WithColumns === undefined) {
      if (classes.size === MAX_CLASSES) classes.clear();
      WithColumns = withColumns(LazyFrame, columns.names, OriginalClass);
      classes.set(key, WithColumns);
    }
    return new WithColumns(columns, index);
  }

  return makeFrame;
}

/**
 * Derives a class with a property for each column, `df['x']`. danfojs gives each frame its own; here frames
 * share them.
 */
function withColumns(
  LazyFrame: LazyFrameClass,
  names: readonly string[],
  OriginalClass: DanfoConstructor,
): LazyFrameClass {
  // danfojs' constructor uses methods and sets fields that begin with $, so columns of such names are added
  // after it.
  const addedLate = names.filter((name) => name.startsWith('$') || name in LazyFrame.prototype);
  class WithColumns extends LazyFrame {
    constructor(columns: DanfoColumns, index: DanfoIndex) {
      super(columns, index);
      for (const name of addedLate) this.$setInternalColumnDataProperty(name);
    }
  }
  Object.defineProperty(WithColumns.prototype, 'constructor', { value: OriginalClass });
  for (const name of names) {
    if (addedLate.includes(name)) continue;
    Object.defineProperty(WithColumns.prototype, name, {
      get(this: InstanceType<LazyFrameClass>) {
        return this.$getColumnData(name);
      },
      set(this: InstanceType<LazyFrameClass>, values: unknown) {
        this.$setColumnData(name, values);
      },
    });
  }
  return WithColumns;
}

/** Returns 0, 1, … length - 1. */
export function rangeTo(length: number): number[] {
  const range = new Array<number>(length);
  for (let i = 0; i < length; i++) range[i] = i;
  return range;
}
