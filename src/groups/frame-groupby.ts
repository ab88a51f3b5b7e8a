import { type InspectOptions, inspect } from 'node:util';
import type { Table } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import { ApplyError, type GroupKey, type KeyPart } from '../errors.js';
import { copyGroup, type FrameOf } from '../frame/index.js';
import { type Grouping, groupRows, keyReader, scatterTable } from '../split/index.js';
import { preview } from '../util/index.js';
import { groupKeyColumns } from './group-keys.js';
import { describeKey, type GroupSource, type Shards } from './group-source.js';
import type { GroupbyOptions } from './groupby-options.js';
import type { KeyColumns } from './key-columns.js';
import { keyIdentity } from './key-identity.js';
import { keyPart } from './key-part.js';
import { adviseOnPandasNames } from './pandas-methods.js';

/** Tables up to so many rows have their groups counted in about a millisecond. */
const SOON_COUNTED = 20_000;

/** A frame as it is grouped. */
interface GroupedFrame {
  readonly table: Table;
  readonly kind: string;
  /** The labels of its rows, of frames that have labels. */
  readonly labels?: readonly unknown[];
}

/** The parts of a groupby. */
export interface GroupbyParts extends GroupedFrame {
  readonly keys: KeyColumns;
  readonly options: Required<GroupbyOptions>;
}

/**
 * The groups of a frame, for {@link applyParallel}. Iterating gives `[key, frame]` pairs in group order, as
 * iterating a groupby of pandas does.
 *
 * @typeParam F the kind of frame that was grouped, and that each group is
 * @typeParam K the type of its keys
 * @typeParam N the keys that key makers name: name -> type
 */
export class GroupBy<F, K extends GroupKey = GroupKey, N = unknown>
  implements Iterable<readonly [key: K, frame: FrameOf<F, 'same'>]>
{
  /** Exists in types alone: it shows calls the names of the keys. */
  declare protected readonly named?: N;
  readonly #table: Table;
  readonly #kind: string;
  readonly #labels: readonly unknown[] | undefined;
  readonly #keyColumns: KeyColumns;
  #keyReaders: readonly ((row: number) => unknown)[] | undefined;
  readonly #options: Required<GroupbyOptions>;
  #found: Grouping | undefined;
  /** True once a column of a split has the memory of the places: they have to be found again. */
  #isSpent = false;
  /** True if the places stay: somebody has them, or they were found twice. */
  #keepsPlaces = false;
  /** How many splits in workers read the places now. */
  #readers = 0;
  #sizesFound: Int32Array | undefined;
  #split: Batch | undefined;
  #groupOf: Map<string, number> | undefined;

  /** @internal */
  constructor({ table, kind, labels }: GroupedFrame, keys: KeyColumns, options: Required<GroupbyOptions>) {
    this.#table = table;
    this.#kind = kind;
    this.#labels = labels;
    this.#keyColumns = keys;
    this.#options = options;
  }

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const by = this.#keyColumns.columns.map(({ field }) => field.name);
    return `GroupBy ${inspect({ by, size: this.size, numRows: this.#table.numRows }, options)}`;
  }

  /** The rows of each group. Found on first use, so that workers can start meanwhile. */
  get #grouping(): Grouping {
    this.#found ??= groupRows(this.#keyColumns.columns, this.#table.numRows, this.#options);
    return this.#found;
  }

  /** The same, with the places of all rows. */
  get #grouped(): Grouping {
    this.#forgetSpent();
    return this.#grouping;
  }

  /** Forgets places whose memory was given away, and keeps those that are found next. */
  #forgetSpent(): void {
    if (!this.#isSpent) return;
    this.#found = undefined;
    this.#isSpent = false;
    this.#keepsPlaces = true;
  }

  /** Returns what gives the places away; undefined where they stay. */
  #spender(isOnce: boolean): (() => void) | undefined {
    if (!isOnce || this.#keepsPlaces || this.#readers > 0) return undefined;
    return () => {
      this.#isSpent = true;
    };
  }

  /** How many groups there are. */
  get size(): number {
    return this.#grouping.numGroups;
  }

  /** The keys in group order: values for one key column, arrays of values for several. */
  get keys(): K[] {
    const keys: K[] = [];
    for (let group = 0; group < this.size; group++) keys.push(this.#key(group) as K);
    return keys;
  }

  /** The number of rows of each group, in group order. */
  sizes(): number[] {
    return Array.from(this.#sizes());
  }

  /**
   * Returns the rows of one group, in their order. Numbers find 64-bit integers, Dates find times, null and
   * NaN find the missing key.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` where there is no such group
   */
  getGroup(key: GroupKey): FrameOf<F, 'same'> {
    // Reversed so that the first wins: times within one millisecond have the same key here.
    this.#groupOf ??= new Map(this.keys.map((known, k) => [keyIdentity(known), k] as const).reverse());
    const group = this.#groupOf.get(keyIdentity(key));
    if (group !== undefined) return this.#frame(group);
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `there is no group with key ${describeKey(key)}; the keys are ${preview(this.keys)}`,
    );
  }

  *[Symbol.iterator](): IterableIterator<readonly [key: K, frame: FrameOf<F, 'same'>]> {
    for (let group = 0; group < this.size; group++) yield [this.#key(group) as K, this.#frame(group)];
  }

  /**
   * Returns an upper limit of the number of groups. Counting the groups of a large table would delay the
   * start of workers.
   * @internal
   */
  static most(grouped: GroupBy<unknown>): number {
    const { numRows } = grouped.#table;
    return numRows <= SOON_COUNTED ? grouped.size : numRows;
  }

  /** @internal */
  static kind(grouped: GroupBy<unknown>): string {
    return grouped.#kind;
  }

  /** @internal */
  static parts(grouped: GroupBy<unknown>): GroupbyParts {
    return {
      table: grouped.#table,
      kind: grouped.#kind,
      keys: grouped.#keyColumns,
      options: grouped.#options,
    };
  }

  /** @internal */
  static source(grouped: GroupBy<unknown>): GroupSource & Required<Pick<GroupSource, 'rowOrder'>> {
    // Getters, so that groups are not searched before they are needed.
    return {
      kind: grouped.#kind,
      schema: grouped.#table.schema,
      get count() {
        return grouped.size;
      },
      get sizes() {
        return grouped.#sizes();
      },
      numRows: grouped.#table.numRows,
      key: (group) => grouped.#key(group),
      keys: () => grouped.keys as GroupKey[],
      keyColumns: () => {
        const { columns } = grouped.#keyColumns;
        return groupKeyColumns(columns, grouped.#grouping, grouped.#table.numRows);
      },
      async splitWith(splitter, isOnce = false) {
        const { columns } = grouped.#keyColumns;
        const table = grouped.#table;
        grouped.#forgetSpent();
        if (grouped.#found === undefined) {
          const found = await splitter.group(columns, table.numRows, grouped.#options);
          // Another call may have found them meanwhile, and given its places away.
          grouped.#forgetSpent();
          grouped.#found ??= found;
        }
        const grouping = grouped.#grouped;
        const spend = grouped.#spender(isOnce);
        grouped.#readers++;
        try {
          return {
            batches: [await splitter.scatter(table, grouping, columns, spend)],
            from: grouping.starts,
            sizes: grouped.#sizes(),
          };
        } finally {
          grouped.#readers--;
        }
      },
      rowOrder() {
        const { places, inPlace } = grouped.#grouped;
        grouped.#keepsPlaces = true;
        return { table: grouped.#table, places, inPlace, labels: grouped.#labels };
      },
      split(isOnce = false): Shards {
        const { columns } = grouped.#keyColumns;
        const grouping = grouped.#grouped;
        const spend = grouped.#spender(isOnce);
        return {
          batches: [scatterTable(grouped.#table, grouping, columns, undefined, spend)],
          from: grouping.starts,
          sizes: grouped.#sizes(),
        };
      },
    };
  }

  /** Returns the sizes in shared memory, where workers weigh their work by them. */
  #sizes(): Int32Array {
    const { numGroups, starts } = this.#grouping;
    if (this.#sizesFound === undefined) {
      this.#sizesFound = new Int32Array(new SharedArrayBuffer(numGroups * 4));
      for (let group = 0; group < numGroups; group++)
        this.#sizesFound[group] = starts[group + 1] - starts[group];
    }
    return this.#sizesFound;
  }

  #key(group: number): GroupKey {
    const { keys, firstRows } = this.#grouping;
    const { columns, isScalar } = this.#keyColumns;
    // Made on first use: key makers read the rows as late as that.
    this.#keyReaders ??= columns.map(keyReader);
    const row = firstRows[group];
    const key: KeyPart[] = [];
    // A loop: V8 drops the compiled code of closures between calls.
    for (let k = 0; k < columns.length; k++) {
      key.push(keyPart(keys ? keys[group][k] : this.#keyReaders[k](row), columns[k].isDate));
    }
    return isScalar ? key[0] : key;
  }

  #frame(group: number): FrameOf<F, 'same'> {
    this.#split ??= scatterTable(this.#table, this.#grouped, this.#keyColumns.columns);
    const { starts } = this.#grouping;
    // Returns a copy: what the user writes to it must not be there the next time.
    return copyGroup(this.#split, this.#kind, starts[group], starts[group + 1]) as FrameOf<F, 'same'>;
  }
}

adviseOnPandasNames(GroupBy.prototype);
