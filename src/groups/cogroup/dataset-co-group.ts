import { type InspectOptions, inspect } from 'node:util';
import { tableOf } from '../../arrow/index.js';
import { unifyBatchDictionaries } from '../../combine/index.js';
import { ApplyError, type GroupKey } from '../../errors.js';
import { readGroupRows } from '../../files/index.js';
import { copyGroup } from '../../frame/index.js';
import { resolveMemoryLimit } from '../../options/index.js';
import { scatterTable } from '../../split/index.js';
import { type Caller, endingGenerator, fromCaller, preview, yieldFromCaller } from '../../util/index.js';
import { unitBytesOf, workersHere } from '../datasets/index.js';
import { describeKey, type GroupSource } from '../group-source.js';
import { keyIdentity } from '../key-identity.js';
import { adviseOnPandasNames } from '../pandas-methods.js';
import { columnsByKey } from './find-groups.js';
import { findJointGroups, type JointRowGroups, type JointRows } from './joint-groups.js';
import { jointKeyType } from './joint-keys.js';
import { openCoGroups, type SidesToOpen } from './open-co-groups.js';
import type { CogroupOptions } from './options.js';
import { keysOf, type Side } from './sides.js';

/**
 * The groups of data sets, or of data sets and frames, by equal keys, for {@link applyParallel}; made by
 * {@link cogroup}. Its members are those of a cogroup of frames, but asynchronous: they read the key columns
 * of the files when they are first asked for.
 *
 * @typeParam Frames the kinds of the frames that the function gets, in their order
 */
export class DatasetCoGroup<Frames extends readonly unknown[], K extends GroupKey = GroupKey>
  implements AsyncIterable<readonly [key: K, frames: Frames]>
{
  readonly #sides: readonly Side[];
  readonly #options: Required<CogroupOptions>;
  #found: { readonly unitBytes: number; readonly groups: JointRowGroups } | undefined;

  /** @internal Use {@link cogroup}. */
  constructor(sides: readonly Side[], options: Required<CogroupOptions>) {
    this.#sides = sides;
    this.#options = options;
    // Throws at once if keys cannot be compared; key makers tell their types when the rows are read.
    for (const columns of columnsByKey(sides.map(keysOf))) {
      const areKnown = sides.every((side) => side.kind === 'frame' || side.grouped.parts.named);
      if (areKnown) jointKeyType(columns, ({ field }) => field.type);
    }
  }

  /** @internal How console.log prints it, without reading keys. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const by = this.#sides.map((side) => keysOf(side).columns.map(({ field }) => field.name));
    return `DatasetCoGroup ${inspect({ by, how: this.#options.how }, options)}`;
  }

  /** The keys in group order: values for one key column, arrays of values for several. */
  keys(): Promise<K[]> {
    return fromCaller(this.keys, async () => {
      const { count, key } = await this.#groups();
      return Array.from({ length: count }, (_, group) => key(group) as K);
    });
  }

  /** How many groups there are. */
  size(): Promise<number> {
    return fromCaller(this.size, async () => (await this.#groups()).count);
  }

  /** The number of rows of each group, in group order: an array with a number for each side. */
  sizes(): Promise<number[][]> {
    return fromCaller(this.sizes, async () => {
      const { count, sides } = await this.#groups();
      return Array.from({ length: count }, (_, group) => sides.map(({ sizes }) => sizes[group]));
    });
  }

  /**
   * Reads each side's rows of one group, in their order. Numbers find 64-bit integers, Dates find times, null
   * and NaN find the missing key.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` where there is no such group
   */
  getGroup(key: GroupKey): Promise<Frames> {
    return fromCaller(this.getGroup, () => this.#group(key));
  }

  /** Yields `[key, frames]` in group order. Rows that do not fit into memory lie in files meanwhile. */
  [Symbol.asyncIterator](): AsyncGenerator<readonly [key: K, frames: Frames], void, undefined> {
    const caller: Caller = {};
    Error.captureStackTrace(caller, this[Symbol.asyncIterator]);
    return endingGenerator((over) => yieldFromCaller(caller, this.#iterate(over.signal)));
  }

  /** @internal */
  static kinds(cogroup: DatasetCoGroup<readonly unknown[]>): string[] {
    return cogroup.#sides.map((side) => (side.kind === 'frame' ? side.parts.kind : 'arrow'));
  }

  /** @internal */
  static toOpen(cogroup: DatasetCoGroup<readonly unknown[]>): SidesToOpen {
    const sides = cogroup.#sides;
    const options = cogroup.#options;
    return {
      sides,
      options,
      async groups(unitBytes, how) {
        if (cogroup.#found?.unitBytes === unitBytes) return cogroup.#found.groups;
        const groups = await findJointGroups(sides, options.how, unitBytes, how);
        cogroup.#found = { unitBytes, groups };
        return groups;
      },
    };
  }

  async #groups(): Promise<JointRowGroups> {
    if (this.#found) return this.#found.groups;
    const { signal } = new AbortController();
    const unitBytes = unitBytesOf(resolveMemoryLimit());
    return DatasetCoGroup.toOpen(this).groups(unitBytes, { workers: workersHere(), signal });
  }

  async #group(key: GroupKey): Promise<Frames> {
    const groups = await this.#groups();
    const wanted = keyIdentity(key);
    for (let group = 0; group < groups.count; group++) {
      if (keyIdentity(groups.key(group)) !== wanted) continue;
      const frames: unknown[] = [];
      for (const side of groups.sides) frames.push(await rowsOf(side, group));
      return frames as readonly unknown[] as Frames;
    }
    const keys = Array.from({ length: Math.min(groups.count, MOST_SHOWN) }, (_, k) => groups.key(k));
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `there is no group with key ${describeKey(key)}; the keys are ${preview(keys)}`,
    );
  }

  async *#iterate(signal: AbortSignal): AsyncGenerator<readonly [key: K, frames: Frames], void, undefined> {
    const how = { memoryLimit: resolveMemoryLimit(), spillTo: undefined, workers: workersHere(), signal };
    const opened = await openCoGroups(DatasetCoGroup.toOpen(this), how);
    if (opened.kind === 'whole') {
      yield* opened.grouped as Iterable<readonly [K, Frames]>;
      return;
    }
    const kinds = DatasetCoGroup.kinds(this);
    try {
      for (const range of opened.ranges) {
        yield* framesOf(await opened.load(range, signal), kinds) as Iterable<readonly [K, Frames]>;
      }
    } finally {
      await opened.remove();
    }
  }
}

adviseOnPandasNames(DatasetCoGroup.prototype);

const MOST_SHOWN = 20;

/** Reads the rows of a group on one side. */
async function rowsOf(side: JointRows, group: number): Promise<unknown> {
  const [from, to] = side.starts.subarray(group, group + 2);
  if (side.kind === 'frame') {
    return copyGroup(scatterTable(side.parts.table, side.grouping), side.parts.kind, from, to);
  }
  const { task, units, places } = side.groups;
  const read = await readGroupRows(task, units, places, [from, to]);
  const { schema, batches } = unifyBatchDictionaries(side.grouped.parts.dataset.schema, read);
  return tableOf(schema, batches);
}

/** Yields the groups of a range with their frames. */
function* framesOf(source: GroupSource, kinds: readonly string[]): Generator<readonly [GroupKey, unknown[]]> {
  const { batches, others = [], ...first } = source.split();
  const sides = [{ ...first, batch: batches[0] }, ...others];
  for (let group = 0; group < source.count; group++) {
    const frames = sides.map(({ batch, from, sizes }, k) =>
      copyGroup(batch, kinds[k], from[group], from[group] + sizes[group]),
    );
    yield [source.key(group), frames];
  }
}
