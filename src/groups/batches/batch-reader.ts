import { Schema } from 'apache-arrow';
import { ApplyError } from '../../errors.js';
import { adapterOf } from '../../frame/index.js';
import { ItemSource, preview } from '../../util/index.js';
import { type GivenFrame, givenFrame } from '../frames-source.js';
import { BatchCutter } from './batch-cutter.js';

/** A wave has so many rows, or else so many batches for each worker. */
const WAVE_ROWS = 131_072;
const BATCHES_PER_WORKER = 2;
/** The most batches of a wave, however few rows they have. */
const MOST_BATCHES = 1024;

/** Reads batches from an iterable of frames, in waves that keep the workers busy for a while. */
export class BatchReader {
  readonly #source: ItemSource;
  readonly #cutter: BatchCutter;
  readonly #fewest: number;
  #ready: GivenFrame[] = [];
  #readyRows = 0;
  #frames = 0;
  #kind: string | undefined;
  #schema: Schema | undefined;
  #mayHaveMore = true;

  constructor(
    frames: Iterable<unknown> | AsyncIterable<unknown>,
    batchRows: number | undefined,
    workers: number,
  ) {
    this.#source = new ItemSource(frames);
    this.#cutter = new BatchCutter(batchRows);
    this.#fewest = workers * BATCHES_PER_WORKER;
  }

  /** The kind of the frames; undefined as long as there is none. */
  get kind(): string | undefined {
    return this.#kind;
  }

  /** The schema of the first frame; none if there is no frame. */
  get schema(): Schema {
    return this.#schema ?? new Schema([]);
  }

  /**
   * Resolves to the next batches: as many as make a wave, or fewer where the next frame does not come at
   * once. Resolves to none in the end, or when the signal aborts.
   */
  async take(over: AbortSignal): Promise<readonly GivenFrame[]> {
    while (this.#mayHaveMore && this.#ready.length === 0 && !over.aborted) {
      const mayHaveMore = await this.#source.pull((frame) => this.#add(frame), over);
      if (mayHaveMore) continue;
      this.#mayHaveMore = false;
      this.#ready.push(...this.#cutter.rest());
    }
    const taken = this.#ready;
    this.#ready = [];
    this.#readyRows = 0;
    return over.aborted ? [] : taken;
  }

  /** Closes the iterable. */
  close(): void {
    this.#source.close();
  }

  /** Adds a frame and returns whether the wave takes another. */
  #add(frame: unknown): boolean {
    const adapter = adapterOf(frame);
    const at = this.#frames++;
    if (adapter === undefined) {
      throw new ApplyError(
        'ERR_NOT_A_FRAME',
        `mapBatches: item ${at} of the iterable is ${preview(frame)}; expected a frame: a table, a DataFrame, ` +
          'an array of rows or an object of columns. For [key, frame] and groups there is applyParallel',
      );
    }
    this.#kind ??= adapter.kind;
    if (adapter.kind !== this.#kind) {
      throw new ApplyError(
        'ERR_NOT_A_FRAME',
        `mapBatches: item ${at} of the iterable is a frame of kind '${adapter.kind}', ` +
          `the items before it are of kind '${this.#kind}'; give one kind`,
      );
    }
    const given = givenFrame(adapter, frame);
    this.#schema ??= given.schema;
    for (const batch of this.#cutter.add(given)) {
      this.#ready.push(batch);
      this.#readyRows += batch.numRows;
    }
    const { length } = this.#ready;
    return length < MOST_BATCHES && (length < this.#fewest || this.#readyRows < WAVE_ROWS);
  }
}
