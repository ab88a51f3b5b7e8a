import { type InspectOptions, inspect } from 'node:util';
import type { Batch } from '../../arrow/index.js';
import { ApplyError, type GroupKey } from '../../errors.js';
import { copyGroup } from '../../frame/index.js';
import { scatterTable } from '../../split/index.js';
import { preview } from '../../util/index.js';
import { describeKey, type GroupSource, type OtherFrame, type Shards } from '../group-source.js';
import type { GroupbyParts } from '../groupby.js';
import { keyIdentity } from '../key-identity.js';
import { adviseOnPandasNames } from '../pandas-methods.js';
import { type CoGroups, columnsByKey, findCoGroups, sumOf } from './find-groups.js';
import { jointKeyType } from './joint-keys.js';
import { jointKeyColumns, jointKeyReader } from './key-reader.js';
import type { CogroupOptions, How } from './options.js';

/**
 * The groups of several frames by equal keys, for {@link applyParallel}; made by {@link cogroup}. Iterating
 * gives `[key, frames]` pairs in group order.
 *
 * @typeParam Frames the kinds of the frames, in their order
 */
export class CoGroup<Frames extends readonly unknown[], K extends GroupKey = GroupKey>
  implements Iterable<readonly [key: K, frames: Frames]>
{
  readonly #sides: readonly GroupbyParts[];
  readonly #how: How;
  #foundOnce: CoGroups | undefined;
  #keyOf: ((group: number) => GroupKey) | undefined;
  #groupOf: Map<string, number> | undefined;
  #tables: readonly Batch[] | undefined;

  /** @internal Use {@link cogroup}. */
  constructor(sides: readonly GroupbyParts[], { how }: Required<CogroupOptions>) {
    this.#sides = sides;
    this.#how = how;
    // Throws at once if keys cannot be compared; the rows are read later.
    for (const columns of columnsByKey(sides.map(({ keys }) => keys)))
      jointKeyType(columns, ({ field }) => field.type);
  }

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const by = this.#sides.map(({ keys }) => keys.columns.map(({ field }) => field.name));
    const numRows = this.#sides.map(({ table }) => table.numRows);
    return `CoGroup ${inspect({ by, how: this.#how, size: this.size, numRows }, options)}`;
  }

  /** The number of groups. */
  get size(): number {
    return this.#found.keyRows.length;
  }

  /** The keys in group order: values for one key column, arrays of values for several. */
  get keys(): K[] {
    return Array.from({ length: this.size }, (_, group) => this.#key(group));
  }

  /** The number of rows of each group, in group order: an array with a number for each frame. */
  sizes(): number[][] {
    const { sizes } = this.#found;
    return Array.from({ length: this.size }, (_, group) => sizes.map((ofFrame) => ofFrame[group]));
  }

  /**
   * Returns each frame's rows of one group. Numbers find 64-bit integers, Dates find times, null and NaN find
   * the missing key.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` where there is no such group
   */
  getGroup(key: GroupKey): Frames {
    // Reversed so that the first wins: times within one millisecond have the same key here.
    this.#groupOf ??= new Map(this.keys.map((known, k) => [keyIdentity(known), k] as const).reverse());
    const group = this.#groupOf.get(keyIdentity(key));
    if (group !== undefined) return this.#frames(group);
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `there is no group with key ${describeKey(key)}; the keys are ${preview(this.keys)}`,
    );
  }

  *[Symbol.iterator](): IterableIterator<readonly [key: K, frames: Frames]> {
    for (let group = 0; group < this.size; group++) yield [this.#key(group), this.#frames(group)];
  }

  /** @internal Returns an upper limit of the number of groups. */
  static most(cogroup: CoGroup<readonly unknown[]>): number {
    return cogroup.#sides.reduce((sum, { table }) => sum + table.numRows, 0);
  }

  /** @internal */
  static kinds(cogroup: CoGroup<readonly unknown[]>): string[] {
    return cogroup.#sides.map(({ kind }) => kind);
  }

  /** @internal */
  static source(cogroup: CoGroup<readonly unknown[]>): GroupSource {
    const sides = cogroup.#sides;
    let sizes: Int32Array | undefined;
    return {
      kind: sides[0].kind,
      schema: sides[0].table.schema,
      get count() {
        return cogroup.size;
      },
      get sizes() {
        sizes ??= sumOf(cogroup.#found.sizes);
        return sizes;
      },
      numRows: CoGroup.most(cogroup),
      key: (group) => cogroup.#key(group),
      keyColumns: () => jointKeyColumns(cogroup.#found),
      split: () => cogroup.#shards(cogroup.#scatter()),
      async splitWith(splitter) {
        const batches: Batch[] = [];
        for (const [k, { table }] of sides.entries()) {
          batches.push(await splitter.scatter(table, cogroup.#found.groupings[k]));
        }
        return cogroup.#shards(batches);
      },
    };
  }

  #shards([first, ...others]: readonly Batch[]): Shards {
    const { groupings, sizes } = this.#found;
    return {
      batches: [first],
      from: groupings[0].starts,
      sizes: sizes[0],
      others: others.map((batch, k): OtherFrame => {
        const at = k + 1;
        return { kind: this.#sides[at].kind, batch, from: groupings[at].starts, sizes: sizes[at] };
      }),
    };
  }

  /** The rows of each group. Found on first use, so that workers can start meanwhile. */
  get #found(): CoGroups {
    this.#foundOnce ??= findCoGroups(this.#sides, this.#how);
    return this.#foundOnce;
  }

  #scatter(): Batch[] {
    const { groupings } = this.#found;
    return this.#sides.map(({ table }, k) => scatterTable(table, groupings[k]));
  }

  #key(group: number): K {
    this.#keyOf ??= jointKeyReader(this.#found, this.#sides[0].keys.isScalar);
    // The groupbys have keys of this type: K is theirs.
    return this.#keyOf(group) as K;
  }

  #frames(group: number): Frames {
    const { groupings } = this.#found;
    this.#tables ??= this.#scatter();
    // Returns copies: what the user writes to them must not be there the next time.
    return this.#tables.map((batch, k) => {
      const { starts } = groupings[k];
      return copyGroup(batch, this.#sides[k].kind, starts[group], starts[group + 1]);
    }) as readonly unknown[] as Frames;
  }
}

adviseOnPandasNames(CoGroup.prototype);
