import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Schema, Table } from 'apache-arrow';
import { type Batch, tableOf } from '../../arrow/index.js';
import { throwIfAborted } from '../../util/index.js';
import type { Dataset } from '../dataset.js';
import type { FormatName } from '../format.js';
import { scan } from '../scan.js';
import { widenCsv } from './csv/index.js';
import { GrowingSchema, type NamedRows } from './growing-schema.js';
import type { OutputFormat } from './output-format.js';
import { outputFormat } from './output-formats.js';
import type { OutputPart } from './output-part.js';
import { PartSet, type WriterOptions } from './part-set.js';
import { fileSchema, partitions } from './partition.js';
import { OutputPlace } from './publish.js';
import { fitBatch } from './stored-schema.js';
import type { ResolvedTarget } from './target.js';
import { uniteColumns } from './unite-columns.js';

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
  readonly #schema: GrowingSchema;
  #files: PartSet | undefined;
  /** Files that lack columns which came later, or have them in narrower types. */
  readonly #outdated: PartSet[] = [];

  private constructor(target: ResolvedTarget, options: WriterOptions, place: OutputPlace) {
    this.#target = target;
    this.#options = options;
    this.#place = place;
    this.#format = outputFormat(target);
    this.#schema = new GrowingSchema({ ...target, verb: options.verb });
  }

  /** Makes a writer. Checks at once that the place may be written to. */
  static async open(target: ResolvedTarget, options: WriterOptions): Promise<DatasetWriter> {
    return new DatasetWriter(target, options, await OutputPlace.open(target));
  }

  /**
   * Adds rows. Waits while many are being written, so that memory stays small.
   *
   * @param from says in messages where the rows come from
   * @param known the schema of the grouped table, for results of a part of its groups
   */
  async add(table: Table, from: string, known?: Schema): Promise<void> {
    throwIfAborted(this.#options.signal);
    const { partitionBy } = this.#target;
    const files = await this.#filesFor({ table, from, known });
    for (const { data, numRows } of table.batches) {
      const batch = fitBatch({ schema: table.schema, columns: data.children, numRows }, this.#schema.stored);
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
    if (this.#outdated.length > 0) {
      const sets = [...this.#outdated, files];
      files = await this.#rewrite(sets, await this.#schemaOfAll(sets));
    }
    throwIfAborted(this.#options.signal);
    await this.#place.publish();
    return openWritten(path, isFolder ? {} : { format });
  }

  /** Removes everything that was written. */
  async discard(): Promise<void> {
    await this.#files?.settle();
    await this.#place.discard();
  }

  /** Returns the files for some rows: others from now on, if these have more columns or other types. */
  async #filesFor(rows: NamedRows): Promise<PartSet> {
    const before = this.#files;
    const known = before && this.#schema.stored;
    const isClash = this.#schema.add(rows);
    const schema = this.#schema.stored;
    if (before && schema === known) return before;
    this.#format.check(schema);
    const stored = fileSchema(this.#options.verb, schema, this.#target.partitionBy);
    // After a clash, rows that wait do not fit into the new columns.
    const waiting = isClash ? [] : (before?.takeWaiting() ?? []);
    if (before && (isClash || before.isBegun)) {
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
    const files = this.#newFiles(this.#schema.stored);
    files.part('');
    return files;
  }

  /** Returns the schema of the rows of all files. */
  async #schemaOfAll(sets: readonly PartSet[]): Promise<Schema> {
    const { schema } = sets[sets.length - 1];
    const { clashes, known } = this.#schema;
    if (clashes.size === 0) return schema;
    const read = async function* (this: DatasetWriter, names: readonly string[]) {
      for (const set of sets) {
        const having = names.filter((name) => set.schema.fields.some((field) => field.name === name));
        for (const part of set.parts) {
          if (having.length > 0) yield await (await this.#open(part, set, having)).read();
        }
      }
    };
    return uniteColumns(schema, read.bind(this), clashes, known, this.#target.format);
  }

  #open({ path }: OutputPart, { schema }: PartSet, columns?: readonly string[]): Promise<Dataset> {
    const { format, delimiter } = this.#target;
    const given = { format, hive: false, columns };
    return scan(path, format === 'csv' ? { ...given, schema, csv: { delimiter } } : given);
  }

  /** Writes the rows of all files again, with the columns of a schema. */
  async #rewrite(sets: readonly PartSet[], schema: Schema): Promise<PartSet> {
    const { temporary } = this.#place;
    const root = join(temporary, 'all');
    const files = new PartSet(root, schema, this.#target, this.#format, this.#options);
    // A wider type has the same text, another one has not.
    const isText = this.#target.format === 'csv' && this.#schema.clashes.size === 0;
    for (const set of sets) {
      for (const part of set.parts) {
        if (isText) {
          const wider = files.part(part.folder);
          await wider.makeFolder();
          await widenCsv(part.path, set.schema, wider.path, schema, this.#target);
          continue;
        }
        const rows = await this.#open(part, set);
        for await (const table of rows) {
          for (const { data, numRows } of table.batches) {
            const batch: Batch = { schema: table.schema, columns: data.children, numRows };
            await files.add(part.folder, fitBatch(batch, schema));
          }
        }
      }
    }
    if (!isText) await files.end();
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
