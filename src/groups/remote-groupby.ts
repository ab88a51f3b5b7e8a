import { type InspectOptions, inspect } from 'node:util';
import type { RemoteFrame } from '../cluster/index.js';
import { ApplyError, type GroupKey } from '../errors.js';
import { preview } from '../util/index.js';
import type { GroupbyOptions } from './groupby-options.js';
import { KeyMaker } from './keys/index.js';

/** A remote frame, and how it is grouped. */
export interface RemoteParts {
  readonly frame: RemoteFrame;
  readonly by: readonly string[];
  readonly isScalar: boolean;
  readonly dropna: boolean;
}

/**
 * The groups of a remote frame, for `applyParallel`. Nothing runs on the cluster before a call needs it, so
 * it has none of the members that a groupby of a frame has.
 *
 * @typeParam F the kind of frame that each group is: an Arrow table
 * @typeParam K the type of its keys
 */
export class RemoteGroupBy<F, K extends GroupKey = GroupKey> {
  /** Exist in types alone: they show calls what each group is. */
  declare protected readonly frame?: F;
  declare protected readonly key?: K;
  readonly #parts: RemoteParts;

  /** @internal */
  constructor(frame: RemoteFrame, by: unknown, options: Required<GroupbyOptions>) {
    this.#parts = remoteParts(frame, by, options);
  }

  /** @internal */
  static parts(grouped: RemoteGroupBy<unknown>): RemoteParts {
    return grouped.#parts;
  }

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const { by, frame } = this.#parts;
    return `RemoteGroupBy ${inspect({ by, frame }, options)}`;
  }
}

function remoteParts(frame: RemoteFrame, by: unknown, { sort, dropna, observed }: Required<GroupbyOptions>) {
  const isScalar = typeof by === 'string';
  const names: unknown = isScalar ? [by] : by;
  if (Array.isArray(names) && names.some((name) => name instanceof KeyMaker)) {
    throw new ApplyError(
      'ERR_UNSUPPORTED',
      'groupby: a remote frame is grouped by columns, not by key makers; make the key on the cluster, as in ' +
        'cluster.sql("select *, date_trunc(\'day\', time) as day from sales")',
    );
  }
  if (by instanceof KeyMaker) return remoteParts(frame, [by], { sort, dropna, observed });
  if (!isNames(names)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: by must be a column name or several names for a remote frame, got ${preview(by)}`,
    );
  }
  if (!sort) {
    throw new ApplyError(
      'ERR_UNSUPPORTED',
      'groupby: sort: false keeps the order in which keys appear, and rows on a cluster have no order; leave it out',
    );
  }
  if (!observed) {
    throw new ApplyError(
      'ERR_UNSUPPORTED',
      'groupby: observed: false is for categories, which Spark does not have; leave it out',
    );
  }
  return { frame, by: names, isScalar, dropna };
}

const isNames = (names: unknown): names is string[] =>
  Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
