import { rm } from 'node:fs/promises';
import type { Results, Segment } from '../combine/index.js';

/** Results that go to one pack. */
export interface PackBatch {
  readonly segments: readonly Segment[];
  /** All groups that the results are of, those with empty results included. */
  readonly groups: readonly number[];
  readonly empty: Results['empty'];
}

/** Writes a pack; resolves to undefined if it cannot be written. */
export type WritePack = (
  batch: PackBatch,
) => Promise<{ readonly path: string; readonly bytes: number } | undefined>;

/** A pack that was written during this call. */
interface Written {
  readonly batch: PackBatch;
  readonly path: string;
}

/** Results wait for so long, so that many groups make one file. */
const WAIT_MS = 1000;
/** So many small packs become one. */
const MOST_SMALL = 16;
/** Packs of so many bytes are not small; their results are in memory no more. */
const SMALL_BYTES = 8 * 1024 * 1024;

/**
 * Writes results to packs while the call that makes them runs, at most a second late: a call that fails or is
 * killed goes on where it was. Small packs are joined, so that a long call does not leave thousands.
 */
export class PackJournal {
  readonly #write: (
    batch: PackBatch,
  ) => Promise<{ readonly path: string; readonly bytes: number } | undefined>;
  #waiting: PackBatch[] = [];
  #small: Written[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(write: WritePack) {
    this.#write = write;
  }

  add(batch: PackBatch): void {
    this.#waiting.push(batch);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, WAIT_MS).unref();
  }

  /** Writes what still waits, and joins small packs. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    // Waiting results go into the pack that joins the small ones, instead of one of their own.
    const batches = this.#waiting;
    this.#waiting = [];
    if (batches.length > 0 || this.#small.length > 1) await this.#join(batches);
  }

  /** Writes what waits, after the writes before. */
  #flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const batches = this.#waiting;
      this.#waiting = [];
      if (batches.length === 0) return;
      if (this.#small.length + 1 >= MOST_SMALL) return this.#join(batches);
      await this.#keep(joined(batches));
    });
    return this.#writing;
  }

  async #keep(batch: PackBatch): Promise<boolean> {
    const written = await this.#write(batch);
    if (written && written.bytes < SMALL_BYTES) this.#small.push({ batch, path: written.path });
    return written !== undefined;
  }

  /** Writes one pack in the place of the small ones, with other results. */
  async #join(batches: readonly PackBatch[]): Promise<void> {
    const small = this.#small;
    this.#small = [];
    const isWritten = await this.#keep(joined([...small.map(({ batch }) => batch), ...batches]));
    if (isWritten) await Promise.all(small.map(({ path }) => rm(path, { force: true }).catch(() => {})));
  }
}

function joined(batches: readonly PackBatch[]): PackBatch {
  if (batches.length === 1) return batches[0];
  const empties = batches.flatMap(({ empty }) => empty ?? []);
  return {
    segments: batches.flatMap(({ segments }) => segments),
    groups: batches.flatMap(({ groups }) => groups),
    // The first group in order gives the columns, whichever arrived first.
    empty: empties.sort((a, b) => a.group - b.group)[0],
  };
}
