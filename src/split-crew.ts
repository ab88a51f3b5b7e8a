import { type Data, type Dictionary, type Table, Type } from 'apache-arrow';
import {
  type Batch,
  concatData,
  createScratch,
  dataOf,
  describeData,
  describeType,
  isSharedData,
  reviveData,
  unifyDictionaries,
} from './frame/index.js';
import { type JobEvents, runThreads } from './run/index.js';
import {
  batchOfColumns,
  type ChunkedColumn,
  type ColumnPart,
  chunkedColumn,
  columnParts,
  type Grouping,
  type GroupingOptions,
  groupRows,
  hasDictionaryInside,
  joinParts,
  keepsEveryKey,
  mergeKeyRanges,
  scatterColumn,
} from './split/index.js';
import {
  type RowRange,
  type SplitResults,
  type SplitTask,
  splitKernelSource,
  type WireColumn,
} from './split-kernel.js';
import { throwIfAborted } from './throw-if-aborted.js';

/** Ranges of rows for each worker: more than one, so that nobody waits long for who got the slower core. */
const RANGES_PER_WORKER = 2;
/** So much of a table that is not in shared memory is copied there at a time. */
const LOT_BYTES = 16 * 2 ** 20;

/** Workers could not do their part. This thread can, or knows better why not. */
export class SplitFailure extends Error {}

/**
 * Workers that split a table together, with the results of {@link groupRows} and `scatterTable`. They read and write shared memory; columns
 * that lie elsewhere are copied there a few at a time, into the same memory again and again.
 */
export class SplitCrew {
  readonly #workers: number;
  readonly #signal: AbortSignal;
  readonly #scratch = createScratch();

  constructor(workers: number, signal: AbortSignal) {
    this.#workers = workers;
    this.#signal = signal;
  }

  async group(keys: readonly ChunkedColumn[], length: number, options: GroupingOptions): Promise<Grouping> {
    if (keepsEveryKey(keys, options)) return groupRows(keys, length, options);
    const ranges = this.#ranges(length);
    const codes = new Int32Array(new SharedArrayBuffer(length * 4));
    const staged = keys.map((column) => this.#stage(column));
    const columns = staged.map(({ column }) => describeColumn(column));
    const { dropna } = options;
    const found = await this.#run({ stage: 'keys', columns, ranges, codes, dropna }, ranges);
    const types = staged.map(({ column }) => column.type);
    const keyRanges = found.map((range) => ({
      ...range,
      distinct: range.distinct.map((data, k) => reviveData(types[k], data)),
    }));
    const { next, ...grouping } = mergeKeyRanges(types, keyRanges, options);
    for (const { free } of staged) free();
    const inPlace = await this.#run({ stage: 'places', ranges, codes, next }, ranges);
    return { ...grouping, places: codes, inPlace: inPlace.every(Boolean) };
  }

  async scatter(table: Table, { places, starts, numGroups }: Grouping): Promise<Batch> {
    const columns = table.schema.fields.map((_, k) => chunkedColumn(table, k));
    const length = starts[numGroups];
    const scattered: Data[] = [];
    let moving: Promise<Data[]> = Promise.resolve([]);
    for (const lot of lotsOf(columns)) {
      // This lot is copied while the one before it moves.
      const staged = lot.map((column) => this.#stageValues(column));
      scattered.push(...(await moving));
      moving = this.#move(staged, places, length);
      moving.catch(() => {}); // It is waited for below, or not any more.
    }
    scattered.push(...(await moving));
    return batchOfColumns(table, scattered, length);
  }

  /** Moves columns to their places, and gives back what they took to lie in shared memory. */
  async #move(lot: readonly StagedValues[], places: Int32Array, length: number): Promise<Data[]> {
    const ranges = this.#ranges(places.length);
    const plans = lot.map(({ column, isOurs }) => (isOurs ? [] : columnParts(column, length, ranges)));
    const parts = plans.flatMap((plan, column) => plan.map((part) => ({ column, part })));
    // Whole columns first: nobody should begin one when all else is done.
    parts.sort((a, b) => Number(isWhole(b.part)) - Number(isWhole(a.part)));
    const columns = lot.map(({ column, isOurs }) => (isOurs ? NO_COLUMN : describeColumn(column)));
    const spans = parts.map(
      ({ part }): RowRange => (part.kind === 'values' ? [part.from, part.to] : [0, length]),
    );
    const moved = this.#run({ stage: 'columns', columns, places, length, parts }, spans);
    const here = lot.map(({ column, isOurs }) =>
      isOurs ? scatterColumn(column, places, length) : undefined,
    );
    const results = await moved;
    for (const { free } of lot) free();
    return lot.map(({ column: { type }, finish }, k) => {
      const own = here[k];
      if (own) return own;
      const mine = results.filter((_, at) => parts[at].column === k);
      const whole = mine.map((result) =>
        result.kind === 'whole' ? { ...result, data: reviveData(type, result.data) } : result,
      );
      return finish(joinParts(type, length, plans[k], whole));
    });
  }

  #ranges(length: number): RowRange[] {
    const count = this.#workers * RANGES_PER_WORKER;
    const bound = (k: number) => Math.floor((length * k) / count);
    return Array.from({ length: count }, (_, k) => [bound(k), bound(k + 1)]);
  }

  /** A column in shared memory. */
  #stage({ type, chunks }: ChunkedColumn): Staged {
    if (chunks.every(isSharedData)) return { column: { type, chunks }, free: () => {} };
    const { allocate, free } = this.#scratch.open();
    const data = concatData(type, chunks, allocate);
    return { column: { type: data.type, chunks: [data] }, free };
  }

  /** What of a column workers move: of a dictionary column its indices. */
  #stageValues(column: ChunkedColumn): StagedValues {
    const { type, chunks } = column;
    if (hasDictionaryInside(type)) return { column, isOurs: true, free: () => {}, finish: (data) => data };
    if (type.typeId !== Type.Dictionary) return { ...this.#stage(column), finish: (data) => data };
    const unified = unifyDictionaries(type as Dictionary, chunks);
    const { indices } = unified.type;
    const plain = unified.chunks.map((chunk) =>
      reviveData(indices, { ...describeData(chunk), dictionary: undefined }),
    );
    return {
      ...this.#stage({ type: indices, chunks: plain }),
      finish: ({ length, nullCount, values, nullBitmap }) => {
        const buffers = { values, validity: nullCount > 0 ? nullBitmap : undefined };
        return dataOf(unified.type, length, nullCount, buffers, { dictionary: unified.dictionary });
      },
    };
  }

  /** What came of each part of a task, in the order of the parts. `spans` tell how much work they are. */
  async #run<S extends keyof SplitResults>(
    task: SplitTask & { readonly stage: S },
    spans: readonly RowRange[],
  ): Promise<SplitResults[S][]> {
    const weights = new Int32Array(new SharedArrayBuffer(spans.length * 4));
    spans.forEach(([from, to], k) => {
      weights[k] = to - from;
    });
    const done: SplitResults[S][] = new Array(spans.length);
    let failure: { readonly cause: unknown } | undefined;
    const events: JobEvents = {
      onResults({ results }) {
        for (const { index, result } of results as { index: number; result: SplitResults[S] }[])
          done[index] = result;
      },
      onFailure({ error }) {
        failure ??= { cause: error };
        return false;
      },
      // Parts do not stand being done twice.
      onRerun() {
        throw new SplitFailure('a worker was lost');
      },
    };
    const kernel = splitKernelSource(task);
    const job = { kernel, count: spans.length, weights, batchSize: 1, isOrdered: true };
    await runThreads(job, this.#workers, events, this.#signal);
    throwIfAborted(this.#signal);
    if (failure) throw new SplitFailure('a worker failed', failure);
    return done;
  }
}

interface Staged {
  readonly column: ChunkedColumn;
  /** To be called when nobody reads the column any more. */
  free(): void;
}

interface StagedValues extends Staged {
  /** Not for workers, as it has dictionaries inside of lists or structs. */
  readonly isOurs?: boolean;
  /** Makes the moved values the column they stand for. */
  finish(data: Data): Data;
}

const NO_COLUMN: WireColumn = { type: { id: Type.Null, args: [] }, chunks: [] };

const isWhole = ({ kind }: ColumnPart): boolean => kind === 'whole';

const describeColumn = ({ type, chunks }: ChunkedColumn): WireColumn => ({
  type: describeType(type),
  chunks: chunks.map(describeData),
});

/** Columns in lots of about {@link LOT_BYTES} to be copied; all that are in shared memory already go with one of them. */
function lotsOf(columns: readonly ChunkedColumn[]): ChunkedColumn[][] {
  const lots: ChunkedColumn[][] = [[]];
  let bytes = 0;
  for (const column of columns) {
    if (bytes >= LOT_BYTES) {
      lots.push([]);
      bytes = 0;
    }
    lots[lots.length - 1].push(column);
    for (const chunk of column.chunks) if (!isSharedData(chunk)) bytes += chunk.byteLength;
  }
  return lots;
}
