import './load-arrow/index.js';

import { DataFrame } from 'danfojs-node';
import { type ApplyReturn, applyParallel, type FitsGroup, type GroupFunction } from './apply-parallel.js';
import { ApplyError, type GroupKey } from './errors.js';
import {
  copyRowsForGroupbys,
  type DanfoGroupby,
  type FrameKind,
  type FrameLike,
  type FrameOf,
  type GroupbyFields,
  type ResultFrame,
  type Rows,
  rememberDanfoPatch,
  rememberRowLabels,
  withLazyGroups,
} from './frame/index.js';
import type { ApplyOptions, ReturnAs } from './groups/index.js';
import { unknownColumn } from './groups/index.js';
import { preview, showFrames } from './util/index.js';

/*
 * `import 'apply-parallel/danfo'` changes danfojs-node for the whole program, workers included: `groupby`
 * takes a bare name, and its result has applyParallel as a method.
 */

// tslab forgets an import without names two cells later, with its types. This lets a notebook import a name.
export * from './index.js';

declare module 'danfojs-node/dist/danfojs-base/core/frame.js' {
  export default interface DataFrame {
    /**
     * Groups the rows by one column, as pandas does. danfojs itself takes only a list.
     *
     * @throws ApplyError `ERR_UNKNOWN_COLUMN`
     */
    groupby(column: string): DanfojsGroupby;
  }
}

declare module 'danfojs-node/dist/danfojs-base/aggregators/groupby.js' {
  export default interface Groupby {
    /**
     * Runs the function on every group on all cores and joins the results, as `applyParallel` of
     * apply-parallel does.
     *
     * @example
     * import { DataFrame } from 'danfojs-node';
     * import 'apply-parallel/danfo';
     *
     * const df = new DataFrame({ shop: ['b', 'a', 'b'], price: [1, 2, 3] });
     * const out = await df.groupby('shop').applyParallel((g) => {
     *   return g.addColumn('share', g['price'].div(g['price'].sum()));
     * });
     * console.log(out['share'].values); // -> [ 1, 0.25, 0.75 ]
     */
    applyParallel<
      I extends FrameKind | 'same' = FrameKind | 'same',
      O extends FrameKind | 'same' = FrameKind | 'same',
      R extends ReturnAs = ReturnAs,
      G = FrameOf<DataFrame, I>,
      T extends FrameLike = FrameLike,
    >(
      fn: GroupFunction<G, GroupKey, T> & FitsGroup<G, FrameOf<DataFrame, I>>,
      options?: ApplyOptions<I, O, R>,
    ): ApplyReturn<ResultFrame<DataFrame, O, T>, R>;
  }
}

/**
 * danfojs' Groupby, which exports no name for it. Its file's default export lies one level deeper for ES
 * modules.
 */
type DanfojsGroupby = DefaultClass<typeof import('danfojs-node/dist/danfojs-base/aggregators/groupby.js')>;
type DefaultClass<Module> = Module extends { default: infer D }
  ? D extends abstract new (
      ...args: never
    ) => infer Instance
    ? Instance
    : DefaultClass<D>
  : never;

interface GroupbyClass {
  new (
    names: readonly string[],
    rows: unknown,
    columns: readonly string[],
    dtypes: readonly string[],
    positions: readonly number[],
  ): GroupbyFields;
  readonly prototype: object;
}

interface FrameInside {
  readonly $data: Rows;
  readonly $columns: readonly string[];
  readonly $dtypes: readonly string[];
}

const Groupby = new DataFrame({ k: [0] }).groupby(['k']).constructor as unknown as GroupbyClass;

Object.defineProperty(ownerOf(DataFrame.prototype, 'groupby'), 'groupby', {
  configurable: true,
  writable: true,
  value: function groupby(this: FrameInside, by: unknown) {
    const names = typeof by === 'string' ? [by] : by;
    const { $columns: columns, $dtypes: dtypes, $data: rows } = this;
    if (!Array.isArray(names) || names.length === 0) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `df.groupby: expected a column's name or a list of names, got ${preview(by)}`,
      );
    }
    for (const name of names) if (!columns.includes(name)) throw unknownColumn(String(name), columns);
    const positions = names.map((name) => columns.indexOf(name));
    const grouped = withLazyGroups(
      new Groupby(names, rows, columns.slice(), dtypes.slice(), positions),
      rows,
    );
    rememberRowLabels(grouped, this);
    return grouped;
  },
});

rememberDanfoPatch(import.meta.url);
showFrames(ownerOf(DataFrame.prototype, 'addColumn'));

const frames = ownerOf(DataFrame.prototype, '$setColumnData') as {
  $setColumnData(this: FrameInside, column: string, values: unknown): void;
};
const { $setColumnData } = frames;

/** Copies the rows of groups before danfojs writes into them; it writes in no other place. */
Object.defineProperty(frames, '$setColumnData', {
  configurable: true,
  writable: true,
  value: function setColumnData(this: FrameInside, column: string, values: unknown) {
    copyRowsForGroupbys(this.$data);
    $setColumnData.call(this, column, values);
  },
});

Object.defineProperty(Groupby.prototype, 'applyParallel', {
  configurable: true,
  writable: true,
  value: function method(
    this: DanfoGroupby<DataFrame>,
    fn: GroupFunction<DataFrame>,
    options?: ApplyOptions,
  ) {
    return applyParallel(this, fn, options);
  },
});

/** Returns the prototype that has the method itself. */
function ownerOf(prototype: object, name: string): object {
  let owner = prototype;
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return owner;
}
