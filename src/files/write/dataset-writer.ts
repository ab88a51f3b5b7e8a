import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Schema, Table } from 'apache-arrow';
import { type Batch, tableOf } from '../../arrow/index.js';
import { throwIfAborted } from '../../util/index.js';
import type { Dataset } from '../dataset.js';
import type { FormatName } from '../format.js';
import { scan } from '../scan.js';
import { widenCsv } from './csv/index.js';
import type { OutputFormat } from './output-format.js';
import { outputFormat } from './output-formats.js';
import { PartSet, type WriterOptions } from './part-set.js';
import { fileSchema, partitions } from './partition.js';
import { OutputPlace } from './publish.js';
import { fitBatch, storedSchema, widenSchema } from './stored-schema.js';
import type { ResolvedTarget } from './target.js';

/**
 * Writes rows to files as they come, under a temporary name. They appear at their place when {@link finish}
 * is called, all at once, and never if {@link discard} is.
 */
export class DatasetWriter {
  readonly #target: ResolvedTarget;
  readonly #options: WriterOptions;
  readonly #format: OutputFormat;
  readonly #place: OutputPlace;
  /** The columns of all rows so far, those that become folders included. */
  #schema: Schema | undefined;
  #files: PartSet | undefined;
  /** Files that lack columns which came later, or have them in narrower types. */
  readonly #outdated: PartSet[] = [];

  private constructor(target: ResolvedTarget, options: WriterOptions, place: OutputPlace) {
    this.#target = target;
    this.#options = options;
    this.#place = place;
    this.#format = outputFormat(target);
  }

  /** Makes a writer. Checks at once that the place may be written to. */
  static async open(target: ResolvedTarget, options: WriterOptions): Promise<DatasetWriter> {
    return new DatasetWriter(target, options, await OutputPlace.open(target));
  }

  /**
   * Adds rows. Waits while many are being written, so that memory stays small.
   *
   * @param from says in messages where the rows come from
   */
  async add(table: Table, from: string): Promise<void> {
    throwIfAborted(this.#options.signal);
    const { partitionBy } = this.#target;
    const files = await this.#filesFor(table.schema, from);
    for (const { data, numRows } of table.batches) {
      const batch = fitBatch(
        { schema: table.schema, columns: data.children, numRows },
        this.#schema as Schema,
      );
      if (partitionBy.length === 0) await files.add('', batch);
      else {
        const rows = tableOf(batch.schema, [batch]);
        for (const part of partitions(rows, partitionBy, files.schema))
          await files.add(part.folder, part.batch);
      }
    }
  }

  /** Ends the files and moves them to their place. */
  async finish(): Promise<Dataset> {
    const { path, isFolder, format } = this.#target;
    let files = this.#files as PartSet;
    if (files.parts.length === 0) files = this.#withoutRows();
    await files.end();
    if (this.#outdated.length > 0) files = await this.#rewrite([...this.#outdated, files]);
    throwIfAborted(this.#options.signal);
    await this.#place.publish();
    return openWritten(path, isFolder ? {} : { format });
  }

  /** Removes everything that was written. */
  async discard(): Promise<void> {
    await this.#files?.settle();
    await this.#place.discard();
  }

  /** Returns the files for rows of a schema: others from now on, if it has more columns or wider ones. */
  async #filesFor(added: Schema, from: string): Promise<PartSet> {
    const { verb } = this.#options;
    const known = this.#schema;
    const { format } = this.#target;
    const schema = known
      ? widenSchema(known, added, { verb, from, format })
      : storedSchema(verb, added, format);
    if (this.#files && schema === known) return this.#files;
    this.#format.check(schema);
    const stored = fileSchema(verb, schema, this.#target.partitionBy);
    const before = this.#files;
    this.#schema = schema;
    const waiting = before?.takeWaiting() ?? [];
    if (before?.isBegun) {
      await before.end();
      this.#outdated.push(before);
    }
    this.#files = this.#newFiles(stored);
    for (const [folder, batch] of waiting) await this.#files.add(folder, fitBatch(batch, stored));
    return this.#files;
  }

  #newFiles(schema: Schema): PartSet {
    const { temporary, output } = this.#place;
    // The first files are mostly the last ones, which are written where they stay.
    const root = this.#outdated.length === 0 ? output : join(temporary, `later-${this.#outdated.length}`);
    return new PartSet(root, schema, this.#target, this.#format, this.#options);
  }

  /** Returns one file without rows, which has the partition columns too. */
  #withoutRows(): PartSet {
    const files = this.#newFiles(this.#schema as Schema);
    files.part('');
    return files;
  }

  /** Writes the rows of all files again, with the columns of the last. */
  async #rewrite(sets: readonly PartSet[]): Promise<PartSet> {
    const { schema } = sets[sets.length - 1];
    const { temporary } = this.#place;
    const root = join(temporary, 'all');
    const files = new PartSet(root, schema, this.#target, this.#format, this.#options);
    for (const set of sets) {
      for (const part of set.parts) {
        if (this.#target.format === 'csv') {
          await widenCsv(part.path, set.schema, files.part(part.folder).path, schema, this.#target);
          continue;
        }
        const rows = await scan(part.path, { format: this.#target.format, hive: false });
        for await (const table of rows) {
          for (const { data, numRows } of table.batches) {
            const batch: Batch = { schema: table.schema, columns: data.children, numRows };
            await files.add(part.folder, fitBatch(batch, schema));
          }
        }
      }
    }
    if (this.#target.format !== 'csv') await files.end();
    await this.#place.replaceOutput(root);
    return files;
  }
}

const MOST_TRIES = 5;
const WAIT_MS = 20;

/**
 * Opens the written files. Another call that replaces them now may remove files while scan looks for them.
 */
async function openWritten(path: string, options: { readonly format?: FormatName }): Promise<Dataset> {
  for (let tries = 1; ; tries++) {
    try {
      return await scan(path, options);
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await delay(WAIT_MS);
    }
  }
}
