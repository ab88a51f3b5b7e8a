import { type InspectOptions, inspect } from 'node:util';
import type { Schema, Table } from 'apache-arrow';
import { type Batch, sliceBatch, tableOf } from '../../arrow/index.js';
import { unifyBatchDictionaries } from '../../combine/index.js';
import { ApplyError, type GroupKey } from '../../errors.js';
import { type Dataset, readGroupRows } from '../../files/index.js';
import { resolveMemoryLimit } from '../../options/index.js';
import { type Caller, endingGenerator, fromCaller, preview, yieldFromCaller } from '../../util/index.js';
import { describeKey } from '../group-source.js';
import type { GroupbyOptions } from '../groupby-options.js';
import { keyIdentity } from '../key-identity.js';
import { adviseOnPandasNames } from '../pandas-methods.js';
import { type DatasetGroups, findGroups } from './dataset-groups.js';
import { unitBytesOf } from './estimate.js';
import { type GroupedDataset, openGroups } from './open-groups.js';
import { type DatasetParts, datasetParts } from './parts.js';
import { workersHere } from './workers-here.js';

/**
 * The groups of a data set, for `applyParallel` and the other verbs. Its members are those of a groupby of a
 * frame, but asynchronous: they read the key columns of the files when they are first asked for.
 *
 * @typeParam F the kind of frame that each group is: an Arrow table
 * @typeParam K the type of its keys
 * @typeParam N the keys that key makers name: name -> type
 * @example
 * await dump(sales, '/tmp/dataset-groupby.parquet');
 * const byCategory = groupby(await scan('/tmp/dataset-groupby.parquet'), 'category');
 * console.log(await byCategory.keys(), await byCategory.sizes());
 */
export class DatasetGroupBy<F, K extends GroupKey = GroupKey, N = unknown>
  implements AsyncIterable<readonly [key: K, frame: F]>
{
  /** Exists in types alone: it shows calls the names of the keys. */
  declare protected readonly named?: N;
  readonly #parts: DatasetParts;
  #found: { readonly unitBytes: number; readonly groups: DatasetGroups } | undefined;

  /** @internal */
  constructor(dataset: Dataset, by: unknown, options: Required<GroupbyOptions>) {
    this.#parts = datasetParts(dataset, by, options);
  }

  /** @internal How console.log prints it, without reading keys. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const { columns, dataset } = this.#parts;
    return `DatasetGroupBy ${inspect({ by: columns, dataset }, options)}`;
  }

  /** The keys in group order: values for one key column, arrays of values for several. */
  keys(): Promise<K[]> {
    return fromCaller(this.keys, async () => {
      const groups = await this.#groups();
      return Array.from({ length: groups.count }, (_, group) => groups.key(group) as K);
    });
  }

  /** How many groups there are. */
  size(): Promise<number> {
    return fromCaller(this.size, async () => (await this.#groups()).count);
  }

  /** The number of rows of each group, in group order. */
  sizes(): Promise<number[]> {
    return fromCaller(this.sizes, async () => Array.from((await this.#groups()).sizes));
  }

  /**
   * Reads the rows of one group, in their order, from those parts of the files that have some. Numbers find
   * 64-bit integers, Dates find times, null and NaN find the missing key.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` where there is no such group
   */
  getGroup(key: GroupKey): Promise<F> {
    return fromCaller(this.getGroup, () => this.#group(key));
  }

  async #group(key: GroupKey): Promise<F> {
    const groups = await this.#groups();
    const wanted = keyIdentity(key);
    for (let group = 0; group < groups.count; group++) {
      if (keyIdentity(groups.key(group)) === wanted) return (await this.#rowsOf(groups, group)) as F;
    }
    const keys = Array.from({ length: Math.min(groups.count, MOST_SHOWN) }, (_, k) => groups.key(k));
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `there is no group with key ${describeKey(key)}; the keys are ${preview(keys)}`,
    );
  }

  /** Yields `[key, table]` in group order. Rows that do not fit into memory lie in files meanwhile. */
  [Symbol.asyncIterator](): AsyncGenerator<readonly [key: K, frame: F], void, undefined> {
    const caller: Caller = {};
    Error.captureStackTrace(caller, this[Symbol.asyncIterator]);
    return endingGenerator((over) => yieldFromCaller(caller, this.#iterate(over.signal)));
  }

  /** @internal */
  static grouped(grouped: DatasetGroupBy<unknown>): GroupedDataset {
    return {
      parts: grouped.#parts,
      async groups(unitBytes, { workers, signal, progress }) {
        if (grouped.#found?.unitBytes === unitBytes) return grouped.#found.groups;
        const groups = await findGroups(grouped.#parts, unitBytes, {
          workers,
          signal,
          onBegin: (total) => progress?.begin('keys', total),
          onProgress: (done) => progress?.update(done),
        });
        grouped.#found = { unitBytes, groups };
        return groups;
      },
    };
  }

  async #groups(): Promise<DatasetGroups> {
    if (this.#found) return this.#found.groups;
    const { signal } = new AbortController();
    const unitBytes = unitBytesOf(resolveMemoryLimit());
    return DatasetGroupBy.grouped(this).groups(unitBytes, { workers: workersHere(), signal });
  }

  async #rowsOf({ task, units, places, starts }: DatasetGroups, group: number): Promise<Table> {
    const range = [starts[group], starts[group + 1]] as const;
    return tableOfBatches(this.#parts.dataset.schema, await readGroupRows(task, units, places, range));
  }

  async *#iterate(signal: AbortSignal): AsyncGenerator<readonly [key: K, frame: F], void, undefined> {
    const memoryLimit = resolveMemoryLimit();
    const workers = workersHere();
    const how = { memoryLimit, spillTo: undefined, workers, signal };
    const opened = await openGroups(DatasetGroupBy.grouped(this), how);
    if (opened.kind === 'whole') {
      yield* opened.grouped as Iterable<readonly [K, F]>;
      return;
    }
    try {
      for (const range of opened.ranges) {
        const source = await opened.load(range, signal);
        const { batches, from, sizes } = source.split();
        for (let group = 0; group < source.count; group++) {
          const rows = sliceBatch(batches[0], from[group], from[group] + sizes[group]);
          yield [source.key(group) as K, tableOf(rows.schema, [rows]) as F];
        }
      }
    } finally {
      await opened.remove();
    }
  }
}

adviseOnPandasNames(DatasetGroupBy.prototype);

const MOST_SHOWN = 20;

function tableOfBatches(given: Schema, read: readonly Batch[]): Table {
  const { schema, batches } = unifyBatchDictionaries(given, read);
  return tableOf(schema, batches);
}
