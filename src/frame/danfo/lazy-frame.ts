import type { DanfoFrame } from '../types.js';
import type { DanfoColumns } from './columns.js';
import type { DanfoConstructor } from './frame-class.js';
import { type FrameClass, type LazyFrameClass, lazyFrameClass, type MakeFrame } from './lazy-frame-class.js';
import type { DanfoIndex } from './private-fields.js';
import { withUsableConstructor } from './usable-constructor.js';

/** Classes kept for columns of certain names: a function may give every group's columns other names. */
const MOST_CLASSES = 1000;

const makers = new WeakMap<DanfoConstructor, MakeFrame>();

/** A DataFrame of a class derived from `DataFrame`, with index 0, 1, ... */
export function lazyFrame(DataFrame: DanfoConstructor, columns: DanfoColumns): DanfoFrame {
  let makeFrame = makers.get(DataFrame);
  if (makeFrame === undefined) {
    makeFrame = frameMaker(withUsableConstructor(DataFrame, columns) as unknown as FrameClass, DataFrame);
    makers.set(DataFrame, makeFrame);
  }
  return makeFrame(columns, rangeTo(columns.numRows));
}

/** Frames of a class derived from `DataFrame`, which `ItsClass` is to whoever asks. */
function frameMaker(DataFrame: FrameClass, ItsClass: DanfoConstructor): MakeFrame {
  const classes = new Map<string, LazyFrameClass>();
  const Columnar = lazyFrameClass(DataFrame, ItsClass, makeFrame);

  function makeFrame(columns: DanfoColumns, index: DanfoIndex) {
    const key = JSON.stringify(columns.names);
    let WithColumns = classes.get(key);
    if (WithColumns === undefined) {
      if (classes.size === MOST_CLASSES) classes.clear();
      WithColumns = withColumns(Columnar, columns.names, ItsClass);
      classes.set(key, WithColumns);
    }
    return new WithColumns(columns, index);
  }

  return makeFrame;
}

/** danfojs gives every frame its columns as properties, `df['x']`; here all frames with columns of the same names share them. */
function withColumns(
  Columnar: LazyFrameClass,
  names: readonly string[],
  ItsClass: DanfoConstructor,
): LazyFrameClass {
  // danfojs' constructor uses the methods and sets fields that begin with $; these columns come after it, as there.
  const late = names.filter((name) => name.startsWith('$') || name in Columnar.prototype);
  class WithColumns extends Columnar {
    constructor(columns: DanfoColumns, index: DanfoIndex) {
      super(columns, index);
      for (const name of late) this.$setInternalColumnDataProperty(name);
    }
  }
  Object.defineProperty(WithColumns.prototype, 'constructor', { value: ItsClass });
  for (const name of names) {
    if (late.includes(name)) continue;
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

/** 0, 1, ... */
export function rangeTo(length: number): number[] {
  const range = new Array<number>(length);
  for (let i = 0; i < length; i++) range[i] = i;
  return range;
}
