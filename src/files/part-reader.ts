import { type Data, type Schema, Vector } from 'apache-arrow';
import { type Batch, reviveData, reviveSchema } from '../arrow/index.js';
import { castData, nullData } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { constantData } from './constant-data.js';
import type { Format } from './format.js';
import { formats } from './formats.js';
import type { ReadTask, TaskFile } from './read-task.js';
import { shareData } from './share-data.js';

/** Reads parts of a data set, in whichever thread. */
export class PartReader {
  readonly schema: Schema;
  readonly #task: ReadTask;
  readonly #schemas: readonly Schema[];
  readonly #dictionaries: ReadonlyMap<string, Vector>;

  constructor(task: ReadTask) {
    this.#task = task;
    this.schema = reviveSchema(task.schema);
    this.#schemas = task.schemas.map((schema) => reviveSchema(schema));
    const entries = Object.entries(task.dictionaries).map(([name, wire]) => {
      const field = this.schema.fields.find((field) => field.name === name);
      return [name, new Vector([reviveData(field?.type.dictionary, wire)])] as const;
    });
    this.#dictionaries = new Map(entries);
  }

  /** Reads the part at `index` into shared memory. */
  async read(index: number): Promise<Batch> {
    const { file: position, place } = this.#task.parts[index];
    const taskFile = this.#task.files[position];
    const { file, format: name, shared, constants } = taskFile;
    const schema = this.#schemas[taskFile.schema];
    const own = new Set(schema.fields.map((field) => field.name));
    const wanted = this.schema.fields.map((field) => field.name);
    const fromFile = wanted.filter((column) => own.has(column) && !Object.hasOwn(constants, column));
    const format = formats[name] as Format;
    const { numRows, columns } = await format.read({ file, schema, shared, place }, fromFile);
    const found = new Map(fromFile.map((column, k) => [column, columns[k]]));
    return {
      schema: this.schema,
      numRows,
      columns: wanted.map((column, k) => this.#column(k, found.get(column), taskFile, numRows)),
    };
  }

  #column(position: number, data: Data | undefined, taskFile: TaskFile, numRows: number): Data {
    const { name, type } = this.schema.fields[position];
    const { file, constants } = taskFile;
    if (Object.hasOwn(constants, name)) {
      return constantData(type, constants[name], numRows, this.#dictionaries.get(name));
    }
    if (data === undefined) return shareData(nullData(type, numRows));
    try {
      return shareData(castData(data, type));
    } catch (cause) {
      throw new ApplyError(
        'ERR_SCHEMA_MISMATCH',
        `column '${name}' of ${file.path} cannot be brought to ${type}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
}
