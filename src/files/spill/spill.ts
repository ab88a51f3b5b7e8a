import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from 'apache-arrow';
import { type Batch, reviveSchema } from '../../arrow/index.js';
import { makeTemporaryFolder, type TemporaryFolder } from '../../util/index.js';
import type { ReadTask } from '../read-task.js';
import { type BucketRange, planRange, rowsOfRange } from './chunk-reader.js';
import { bucketPath, type ChunkPlace, dictionaryPath, type SpillFiles } from './chunk-writer.js';
import { type LoadOptions, loadPlan, loadPlanNow } from './load-plan.js';
import type { RowPlaces } from './row-places.js';
import { runUnits } from './run-units.js';
import { createScatterKernel, type ScatteredUnit, scatterKernelSource } from './scatter-kernel.js';
import { checkRoom, spillError } from './spill-error.js';
import type { Unit } from './units.js';

/** The rows to spill, and their places. */
export interface SpillPlan {
  /** Reads all columns. */
  readonly task: ReadTask;
  readonly units: readonly Unit[];
  readonly places: RowPlaces;
  /** Bucket `b` has the places bounds[b] to bounds[b + 1]-1. */
  readonly bounds: Int32Array;
  /** Unit -> its first row in the data set, if the numbers of rows will be asked for. */
  readonly firstRows?: Int32Array;
  /** About how many bytes all rows take. */
  readonly bytes: number;
  /** The folder in which the files are. */
  readonly parent: string;
}

/** How to spill. */
export interface SpillOptions extends LoadOptions {
  onProgress?(done: number): void;
}

/** Rows take this much more in files, for their places. */
const PLACE_BYTES = 4;

/** Rows in files, dealt out to buckets by their places. */
export class Spill {
  readonly schema: Schema;
  readonly #plan: SpillPlan;
  readonly #folder: TemporaryFolder;
  readonly #files: SpillFiles;
  readonly #chunks: ChunkPlace[][];
  #skippedLines = 0;

  private constructor(plan: SpillPlan, folder: TemporaryFolder) {
    const { schema, numColumns } = plan.task;
    const { fields, metadata } = reviveSchema(schema);
    this.schema = new Schema(fields.slice(0, numColumns), metadata);
    this.#plan = plan;
    this.#folder = folder;
    const numBuckets = plan.bounds.length - 1;
    const used = new BigInt64Array(new SharedArrayBuffer((numBuckets + 1) * 8));
    this.#files = { folder: folder.path, used };
    this.#chunks = Array.from({ length: numBuckets }, () => []);
  }

  /** Writes all rows to files. Leaves nothing if that fails. */
  static async write(plan: SpillPlan, options: SpillOptions): Promise<Spill> {
    const { parent } = plan;
    let spill: Spill | undefined;
    try {
      spill = new Spill(plan, await makeTemporaryFolder(join(parent, 'apply-parallel-spill')));
      await checkRoom(parent, plan.bytes);
      await spill.#write(options);
      return spill;
    } catch (error) {
      const explained = spillError(error, plan, spill?.bytes ?? 0);
      await spill?.remove();
      throw explained;
    }
  }

  /** The bytes of all files. */
  get bytes(): number {
    return this.#files.used.reduce((sum, bytes) => sum + Number(bytes), 0);
  }

  /** The lines that could not be read and were left out. */
  get skippedLines(): number {
    return this.#skippedLines;
  }

  /** Returns the bytes of a bucket. */
  bytesOf(bucket: number): number {
    const [from, to] = this.#plan.bounds.subarray(bucket, bucket + 2);
    return Math.max(0, Number(this.#files.used[bucket + 1]) - (to - from) * PLACE_BYTES);
  }

  /** Reads rows of a bucket into shared memory, in the order of their places. */
  load(range: BucketRange, options: LoadOptions): Promise<Batch> {
    return loadPlan(this.#planOf(range), this.schema, this.bytesOf(range.bucket), options);
  }

  /** Does the same in this thread, without giving way. */
  loadNow(range: BucketRange): Batch {
    return loadPlanNow(this.#planOf(range), this.schema);
  }

  /** Returns the numbers that rows of a bucket have in the data set; the plan asked for them. */
  rowsOf(range: BucketRange): Int32Array {
    return rowsOfRange(this.#folder.path, range, this.#chunks[range.bucket]);
  }

  /** Removes the rows of a bucket. */
  async drop(bucket: number): Promise<void> {
    this.#chunks[bucket] = [];
    await rm(bucketPath(this.#folder.path, bucket), { force: true });
  }

  /** Removes all files. */
  remove(): Promise<void> {
    return this.#folder.remove();
  }

  async #write({ workers, signal, onProgress }: SpillOptions): Promise<void> {
    const { folder } = this.#files;
    const paths = [dictionaryPath(folder), ...this.#chunks.map((_, bucket) => bucketPath(folder, bucket))];
    // Made here, so that threads open files and never make one anew that was removed.
    for (const path of paths) await writeFile(path, '');
    const { task, units, places, bounds, firstRows } = this.#plan;
    const work = { task, units, places, bounds, firstRows, files: this.#files };
    await runUnits<ScatteredUnit>({
      source: scatterKernelSource(work),
      make: () => createScatterKernel(work),
      sizes: units.map(({ bytes }) => bytes),
      workers: Math.min(workers, units.length),
      signal,
      onResult: ({ chunks, skipped }) => {
        this.#skippedLines += skipped;
        for (const chunk of chunks) this.#chunks[chunk.bucket].push(chunk);
      },
      onProgress,
    });
  }

  #planOf(range: BucketRange) {
    const { fields } = this.schema;
    return planRange(this.#files.folder, range, this.#chunks[range.bucket], fields.length);
  }
}
