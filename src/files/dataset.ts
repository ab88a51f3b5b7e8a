import { type InspectOptions, inspect } from 'node:util';
import type { Schema, Table } from 'apache-arrow';
import { type Batch, sliceBatch, tableOf } from '../arrow/index.js';
import { unifyBatchDictionaries } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { checkOptions, progressRule, type Rules } from '../options/index.js';
import { reporterOf, type WorkProgress } from '../progress/index.js';
import { type Caller, endingGenerator, endSignals, fromCaller, yieldFromCaller } from '../util/index.js';
import { readParts } from './read-parts.js';
import type { ReadTask } from './read-task.js';
import { shareData } from './share-data.js';
import { countRows, readTask, type Source, selectFields } from './source.js';

/** The progress of reading a data set. */
export interface ReadProgress {
  /** Parts of files (row groups, blocks, ranges of lines) that are read. */
  readonly parts: number;
  /** All parts that are to be read. */
  readonly partsTotal: number;
  /** Rows that are read; undefined where only reading tells how many there are. */
  readonly rows: number | undefined;
  /** All rows that are to be read; undefined where only reading tells. */
  readonly rowsTotal: number | undefined;
  /** Milliseconds since the reading began. */
  readonly elapsedMs: number;
  /** True once, in the last report of a reading that succeeds. */
  readonly done: boolean;
}

/** Options of {@link Dataset.read}. */
export interface ReadOptions {
  /**
   * Shows a bar, or calls a function with the progress, at most ten times a second.
   * @default false
   */
  progress?: boolean | ((progress: ReadProgress) => void);
  /** Ends the reading, which then rejects with `ERR_ABORTED`. */
  signal?: AbortSignal;
}

const readRules: Rules<ReadOptions> = {
  progress: progressRule,
  signal: [(value) => value instanceof AbortSignal, 'an AbortSignal'],
};

/**
 * Files that were opened by {@link scan}, as one table that is not read yet. Iterate over it to read a part
 * of a file at a time, or {@link Dataset.read} all of it.
 */
export class Dataset implements AsyncIterable<Table> {
  readonly #source: Source;
  #skippedLines = 0;

  /** @internal Made by {@link scan}. */
  constructor(source: Source) {
    this.#source = source;
  }

  /** @internal How console.log prints it: files, rows and columns, without reading them. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const columns = Object.fromEntries(this.schema.fields.map(({ name, type }) => [name, String(type)]));
    return `Dataset ${inspect({ files: this.files, numRows: this.numRows, columns }, options)}`;
  }

  /** @internal What threads need to read it; each can make a `PartReader` of it. */
  static readTask(dataset: Dataset): Promise<ReadTask> {
    return readTask(dataset.#source);
  }

  /** @internal Sets the number of lines that a reading outside of this class left out. */
  static setSkippedLines(dataset: Dataset, count: number): void {
    dataset.#skippedLines = count;
  }

  /** The columns, with the types that hold the values of all files. */
  get schema(): Schema {
    return this.#source.schema;
  }

  /** The names of the columns. */
  get columns(): string[] {
    return this.#source.schema.fields.map(({ name }) => name);
  }

  /** The paths of the files, in the order in which their rows come. */
  get files(): string[] {
    return this.#source.files.map(({ file }) => file.path);
  }

  /** The number of rows; undefined where only reading would tell: CSV, and `where` inside of files. */
  get numRows(): number | undefined {
    return countRows(this.#source);
  }

  /**
   * The number of lines of CSV files that the last reading left out, with `onBadLine: 'skip'`: of those files
   * and rows that it came to.
   */
  get skippedLines(): number {
    return this.#skippedLines;
  }

  /**
   * Returns the data set with these columns alone, in this order. The others are not read.
   *
   * @throws ApplyError `ERR_UNKNOWN_COLUMN`
   * @example
   * await dump(sales, '/tmp/select.parquet');
   * const prices = (await scan('/tmp/select.parquet')).select(['price']);
   */
  select(columns: readonly string[]): Dataset {
    return new Dataset({ ...this.#source, schema: selectFields(this.#source.schema, columns) });
  }

  /**
   * Reads the first rows; only the files, row groups or lines that have them.
   *
   * @param n how many, 5 by default as in pandas
   * @example
   * await dump(sales, '/tmp/head.parquet');
   * console.log((await (await scan('/tmp/head.parquet')).head(1)).toArray());
   */
  head(n = 5): Promise<Table> {
    return fromCaller(this.head, () => this.#head(n));
  }

  async #head(n: number): Promise<Table> {
    if (!Number.isInteger(n) || n < 0) {
      throw new ApplyError('ERR_INVALID_OPTION', `head: n must be a whole number from 0 on, got ${n}`);
    }
    const batches: Batch[] = [];
    let left = n;
    if (n > 0) {
      for await (const batch of this.#batches(await readTask(this.#source), {}, true)) {
        batches.push(batch.numRows > left ? sliceBatch(batch, 0, left) : batch);
        left -= batches[batches.length - 1].numRows;
        if (left === 0) break;
      }
    }
    return tableOf(this.schema, batches);
  }

  /**
   * Reads all rows into shared memory, in all workers at once: `applyParallel` then takes them as they are.
   *
   * @returns an Arrow table, with a record batch for each row group, block or range of lines
   * @throws ApplyError `ERR_BAD_FILE` with the file and the row group or line; `ERR_ABORTED`
   * @example
   * await dump(sales, '/tmp/read.parquet');
   * const prices = await (await scan('/tmp/read.parquet', { columns: ['price'] })).read();
   */
  read(options: ReadOptions = {}): Promise<Table> {
    return fromCaller(this.read, () => this.#read(options));
  }

  async #read(options: ReadOptions): Promise<Table> {
    checkOptions('read', options, readRules);
    const task = await readTask(this.#source);
    const read: Batch[] = [];
    for await (const batch of this.#batches(task, options, false)) read.push(batch);
    const { schema, batches } = unifyBatchDictionaries(this.schema, read);
    // One dictionary of several ones gives a column new indices.
    const shared = batches.map((batch) => ({ ...batch, columns: batch.columns.map(shareData) }));
    return tableOf(schema, shared);
  }

  /** Reads the parts of the files one after the other; workers read a few ahead. */
  [Symbol.asyncIterator](): AsyncGenerator<Table, void, undefined> {
    const { schema } = this;
    const source = this.#source;
    const batches = (task: ReadTask, options: ReadOptions) => this.#batches(task, options, true);
    const caller: Caller = {};
    Error.captureStackTrace(caller, this[Symbol.asyncIterator]);
    const tables = async function* ({ signal }: AbortController) {
      for await (const batch of batches(await readTask(source), { signal })) yield tableOf(schema, [batch]);
    };
    return endingGenerator((over) => yieldFromCaller(caller, tables(over)));
  }

  async *#batches(
    task: ReadTask,
    { progress = false, signal }: ReadOptions,
    isLazy: boolean,
  ): AsyncGenerator<Batch, void, undefined> {
    const total = task.parts.length;
    const rows = this.numRows;
    const reporter = reporterOf(
      progress,
      { verb: 'read', unit: 'parts', total, rowsTotal: rows },
      toReadProgress,
    );
    let isComplete = false;
    this.#skippedLines = 0;
    try {
      const ended = AbortSignal.any(endSignals(signal));
      const onProgress = (weight: number, parts: number) =>
        reporter?.update(parts, rows === undefined ? 0 : weight);
      for await (const { batch, skipped, taken } of readParts(task, { signal: ended, isLazy, onProgress })) {
        taken();
        this.#skippedLines += skipped;
        if (batch.numRows > 0) yield batch;
      }
      isComplete = true;
    } finally {
      reporter?.end(isComplete);
    }
  }
}

const toReadProgress = ({ done, total, rows, elapsedMs, isComplete }: WorkProgress): ReadProgress => ({
  parts: done,
  partsTotal: total,
  rows: rows?.done,
  rowsTotal: rows?.total,
  elapsedMs,
  done: isComplete,
});
