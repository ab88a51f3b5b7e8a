import { dirname, join } from 'node:path';
import type { Schema } from 'apache-arrow';
import type { Batch } from '../../arrow/index.js';
import { throwIfAborted } from '../../util/index.js';
import { encodePieces } from './encode-pieces.js';
import type { OutputFormat } from './output-format.js';
import { OutputPart } from './output-part.js';
import { bytesOfRows } from './row-bytes.js';
import type { ResolvedTarget } from './target.js';

/** The settings of a writer, beside its target. */
export interface WriterOptions {
  /** The function of the caller, for messages. */
  readonly verb: string;
  readonly signal: AbortSignal;
  /** Threads that encode; 0 for this one alone. */
  readonly workers: number;
  /**
   * The memory that the caller may use, rows that are not written yet included.
   * @default as much as there is
   */
  readonly memoryLimit?: number;
}

/** The most bytes of rows that wait, and their share of the limit: then they are written before more come. */
const PENDING_BYTES = 256 * 1024 * 1024;
const PENDING_SHARE = 1 / 16;
/** Smaller row groups cost more than they save. */
const FEWEST_PENDING_BYTES = 32 * 1024 * 1024;
/** Row groups that are encoded while others are taken. */
const MOST_UNDER_WAY = 2;

/** Files with one schema while they are written: one, or one for each partition. */
export class PartSet {
  readonly schema: Schema;
  readonly #root: string;
  readonly #target: ResolvedTarget;
  readonly #format: OutputFormat;
  readonly #options: WriterOptions;
  readonly #parts = new Map<string, OutputPart>();
  readonly #mostPending: number;
  #pendingBytes = 0;
  #writtenBytes = 0;
  /** Resolves when all that was handed over is written. */
  #writing: Promise<void> = Promise.resolve();
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;

  /** @param root the folder of the files, or the file if the target is one */
  constructor(
    root: string,
    schema: Schema,
    target: ResolvedTarget,
    format: OutputFormat,
    options: WriterOptions,
  ) {
    this.#root = root;
    this.schema = schema;
    this.#target = target;
    this.#format = format;
    this.#options = options;
    const { memoryLimit = Number.POSITIVE_INFINITY } = options;
    const share = Math.max(FEWEST_PENDING_BYTES, memoryLimit * PENDING_SHARE);
    this.#mostPending = Math.min(PENDING_BYTES, share);
  }

  get parts(): OutputPart[] {
    return [...this.#parts.values()];
  }

  /** True once rows were handed over to be written, which fixes the schema of the files. */
  get isBegun(): boolean {
    return this.#underWay > 0 || this.#writtenBytes > 0;
  }

  /** Takes all rows that wait, with their folders. */
  takeWaiting(): (readonly [folder: string, batch: Batch])[] {
    const waiting = this.parts.flatMap((part) =>
      part.takeAll().map((batch) => [part.folder, batch] as const),
    );
    this.#pendingBytes = 0;
    return waiting;
  }

  /** Adds rows to the file of a folder, and waits while too much is under way. */
  async add(folder: string, batch: Batch): Promise<void> {
    const { rowGroupRows } = this.#target;
    const part = this.part(folder);
    part.wait(batch);
    this.#pendingBytes += bytesOfRows(batch.columns);
    while (part.pendingRows >= rowGroupRows) await this.#write([part], rowGroupRows);
    if (this.#pendingBytes > this.#mostPending) await this.#writeAll();
  }

  /** Writes what waits and ends the files. */
  async end(): Promise<void> {
    await this.#writeAll();
    await this.#writing;
    this.#throwFailure();
    for (const part of this.#parts.values()) {
      throwIfAborted(this.#options.signal);
      this.#writtenBytes += await part.append(await part.file.end(), this.#target.path, this.#writtenBytes);
    }
  }

  /** Waits until nothing is under way any more. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  part(folder: string): OutputPart {
    let part = this.#parts.get(folder);
    if (part === undefined) {
      const path = this.#target.isFolder
        ? join(this.#root, folder, `part-0${this.#format.ending}`)
        : this.#root;
      part = new OutputPart(folder, path, dirname(this.#root), this.#format.begin(this.schema));
      this.#parts.set(folder, part);
    }
    return part;
  }

  async #writeAll(): Promise<void> {
    const parts = this.parts.filter(({ pendingRows }) => pendingRows > 0);
    if (parts.length > 0) await this.#write(parts, Number.POSITIVE_INFINITY);
  }

  /** Has up to `most` rows of each part encoded, and written when those before them are. */
  async #write(parts: readonly OutputPart[], most: number): Promise<void> {
    const { signal, workers } = this.#options;
    const groups = parts.map((part) => ({ part, batch: part.take(most, this.schema) }));
    for (const { batch } of groups) this.#pendingBytes -= bytesOfRows(batch.columns);
    this.#pendingBytes = Math.max(0, this.#pendingBytes);
    const cut = groups.map(({ batch }) => this.#format.cut(batch));
    const encoding = encodePieces(cut.flat(), this.#target, workers, signal);
    // Prevents an unhandled rejection; awaited below, after the writes before it.
    encoding.catch(() => {});
    this.#underWay++;
    const before = this.#writing;
    this.#writing = before.then(async () => {
      try {
        if (this.#failure) return;
        const encoded = await encoding;
        let at = 0;
        for (const [k, { part, batch }] of groups.entries()) {
          throwIfAborted(signal);
          const pieces = encoded.slice(at, at + cut[k].length);
          at += cut[k].length;
          const buffers = part.file.add(batch, pieces);
          this.#writtenBytes += await part.append(buffers, this.#target.path, this.#writtenBytes);
        }
      } catch (error) {
        this.#failure ??= { error };
      } finally {
        this.#underWay--;
      }
    });
    if (this.#underWay > MOST_UNDER_WAY) await before;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
