import { RemoteFrame } from '../cluster/index.js';
import { Dataset } from '../files/index.js';
import { copyRowLabels, type FrameKinds, requireAdapter } from '../frame/index.js';
import { DatasetGroupBy } from './datasets/index.js';
import { GroupBy } from './frame-groupby.js';
import { type GroupbyOptions, resolveGroupbyOptions } from './groupby-options.js';
import { keyColumns } from './key-columns.js';
import type { ByOf, KeyOf, NamedKeys } from './keys/index.js';
import { RemoteGroupBy } from './remote-groupby.js';
import { warmForGroups } from './warm-workers.js';

export { GroupBy, type GroupbyParts } from './frame-groupby.js';

/** Rejects a data set, whose groups are another class. */
type NoDataset = { readonly [K in typeof Symbol.asyncIterator]?: undefined };

/** {@link ByOf}, or for a frame that has no such keys a text that the compiler shows. */
type ByOfFrame<F, By> = F extends RemoteFrame
  ? "a remote frame is grouped by names of columns: make other keys on the cluster, as in cluster.sql('select …')"
  : F extends PromiseLike<unknown>
    ? "a promise is no frame: await it first, as in groupby(await scan('sales.csv'), 'category')"
    : ByOf<F, By>;

/** The same, but takes names of columns for a remote frame: the compiler then shows what else is wrong. */
type ByOfAny<F, By> = F extends RemoteFrame
  ? By extends string | readonly string[]
    ? By
    : ByOfFrame<F, By>
  : ByOfFrame<F, By>;

/** {@link GroupbyOptions}; for a remote frame, options that it cannot have are texts for the compiler. */
type OptionsOf<F, DropNa extends boolean, Sort extends boolean, Observed extends boolean> = Omit<
  GroupbyOptions,
  'dropna' | 'sort' | 'observed'
> & {
  /** Drop rows whose key is null or NaN. @default true */
  dropna?: DropNa;
  /** Order the groups by ascending key. @default true */
  sort?: F extends RemoteFrame
    ? NotFalse<Sort, 'the rows of a remote frame have no order in which keys could appear: leave sort out'>
    : Sort;
  /** Make no group of categories that do not occur. @default true */
  observed?: F extends RemoteFrame
    ? NotFalse<Observed, 'observed: false is for categories, which Spark does not have: leave it out'>
    : Observed;
};

type NotFalse<Given extends boolean, Text> = [Given] extends [false] ? Text : Given;

/**
 * Groups a frame by one or more keys, as `df.groupby(by)` in pandas.
 *
 * @param frame an Arrow table, a danfojs or polars DataFrame, an arquero or flechette table, an array of row
 *   objects, or an object of columns
 * @param by a column name; several names; or the keys themselves, one for each row (array, typed array or
 *   Arrow vector)
 * @throws ApplyError `ERR_UNKNOWN_COLUMN` with the columns there are; `ERR_NOT_A_FRAME`; `ERR_INVALID_OPTION`
 * @example
 * const flights = tableFromArrays({ origin: ['JFK', 'LAX', 'JFK'], delay: Float64Array.of(5, 1, 7) });
 * const byOrigin = groupby(flights, 'origin');
 * byOrigin.keys // ['JFK', 'LAX']
 * byOrigin.sizes() // [2, 1]
 */
export function groupby<F extends object, const By, const DropNa extends boolean = true>(
  frame: F & NoDataset,
  by: ByOfFrame<F, By>,
  options?: GroupbyOptions & { dropna?: DropNa },
): GroupBy<F, KeyOf<F, By, DropNa>, NamedKeys<F, By, DropNa>>;
/** Groups rows by names of their columns; names of type `keyof` are for functions that take any rows. */
export function groupby<
  F extends readonly object[],
  const By extends (keyof F[number] & string) | readonly (keyof F[number] & string)[],
  const DropNa extends boolean = true,
>(
  rows: F & NoDataset,
  by: By,
  options?: GroupbyOptions & { dropna?: DropNa },
): GroupBy<F, KeyOf<F, By, DropNa>, NamedKeys<F, By, DropNa>>;
/**
 * Groups a data set that {@link scan} opened. Nothing is read before it is asked for: first the key columns
 * alone, which tell the groups, and the rows when a call needs them.
 */
export function groupby<const By, const DropNa extends boolean = true>(
  dataset: Dataset,
  by: ByOf<FrameKinds['arrow'], By>,
  options?: GroupbyOptions & { dropna?: DropNa },
): DatasetGroupBy<
  FrameKinds['arrow'],
  KeyOf<FrameKinds['arrow'], By, DropNa>,
  NamedKeys<FrameKinds['arrow'], By, DropNa>
>;
/** Groups a remote frame, whose rows lie on a cluster, by columns. */
export function groupby<
  const By extends string | readonly string[],
  const DropNa extends boolean = true,
  const Sort extends boolean = true,
  const Observed extends boolean = true,
>(
  frame: RemoteFrame,
  by: By,
  options?: OptionsOf<RemoteFrame, DropNa, Sort, Observed>,
): RemoteGroupBy<FrameKinds['arrow'], KeyOf<FrameKinds['arrow'], By, DropNa>>;
/**
 * The first one again: editors complete by the first, and compilers say what is wrong by the last.
 *
 * @hidden
 */
export function groupby<
  F extends object,
  const By,
  const DropNa extends boolean = true,
  const Sort extends boolean = true,
  const Observed extends boolean = true,
>(
  frame: F & NoDataset,
  by: ByOfAny<F, By>,
  options?: OptionsOf<F, DropNa, Sort, Observed>,
): GroupBy<F, KeyOf<F, By, DropNa>, NamedKeys<F, By, DropNa>>;
export function groupby(frame: object, by: unknown, options: object = {}): unknown {
  const resolved = resolveGroupbyOptions(options);
  if (frame instanceof RemoteFrame) return new RemoteGroupBy(frame, by, resolved);
  if (frame instanceof Dataset) return new DatasetGroupBy(frame, by, resolved);
  const adapter = requireAdapter(frame);
  warmForGroups(frame, adapter.kind);
  const table = adapter.toArrow(frame, 'ERR_NOT_A_FRAME');
  const { kind } = adapter;
  const labels = kind === 'danfo' ? copyRowLabels(frame) : undefined;
  return new GroupBy<object>({ table, kind, labels }, keyColumns(table, by), resolved);
}
