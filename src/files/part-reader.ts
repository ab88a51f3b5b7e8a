import { type Data, type Field, Schema, Utf8, Vector } from 'apache-arrow';
import {
  type Allocate,
  allocateShared,
  concatData,
  nullData,
  reviveData,
  reviveSchema,
} from '../arrow/index.js';
import { castData } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { constantData } from './constant-data.js';
import { findRows, keepRows } from './filter-rows.js';
import type { PartRows } from './format.js';
import { formats } from './formats.js';
import type { ReadTask, TaskFile, TaskPart } from './read-task.js';
import { shareData } from './share-data.js';

/** Reads parts of a data set, in any thread. */
export class PartReader {
  readonly schema: Schema;
  readonly #task: ReadTask;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #schemas: readonly Schema[];
  readonly #dictionaries: ReadonlyMap<string, Vector>;
  readonly #allocate: Allocate;

  /** The columns of parts lie in memory from `allocate`, or in shared memory of their own. */
  constructor(task: ReadTask, allocate: Allocate = allocateShared) {
    this.#task = task;
    this.#allocate = allocate;
    const read = reviveSchema(task.schema);
    this.#fields = new Map(read.fields.map((field) => [field.name, field]));
    this.schema = new Schema(read.fields.slice(0, task.numColumns), read.metadata);
    this.#schemas = task.schemas.map((schema) => reviveSchema(schema));
    const entries = Object.entries(task.dictionaries).map(([name, wire]) => {
      return [name, new Vector([reviveData(new Utf8(), wire)])] as const;
    });
    this.#dictionaries = new Map(entries);
  }

  /** Reads the wanted rows of the part at `index`. */
  async read(index: number): Promise<PartRows> {
    const { where, parts, files } = this.#task;
    const part = parts[index];
    const taskFile = files[part.file];
    const names = this.schema.fields.map(({ name }) => name);
    if (where.length === 0) {
      return { schema: this.schema, ...(await this.#read(taskFile, part, names)) };
    }
    const tested = where.map(({ column }) => column);
    const { numRows, columns, skipped } = await this.#read(taskFile, part, tested);
    const kept = findRows(where, columns, numRows);
    // The other columns are read only for parts that have a row that matches.
    const others = kept.numRows === 0 ? [] : names.filter((name) => !tested.includes(name));
    const rest = await this.#read(taskFile, part, others);
    const found = new Map([
      ...tested.map((name, k) => [name, columns[k]] as const),
      ...others.map((name, k) => [name, rest.columns[k]] as const),
    ]);
    const selected = this.schema.fields.slice(0, this.#task.numColumns);
    return {
      schema: this.schema,
      numRows: kept.numRows,
      skipped,
      columns: selected.map(({ name, type }) => {
        const data = found.get(name);
        return data ? keepRows(data, kept) : concatData(type, [], allocateShared);
      }),
    };
  }

  /** Reads columns of a part, in the types of the result. */
  async #read(taskFile: TaskFile, { place }: TaskPart, names: readonly string[]) {
    const { file, format: name, shared, constants, lineColumns = [] } = taskFile;
    const schema = this.#schemas[taskFile.schema];
    const own = new Set(schema.fields.map((field) => field.name));
    const fromFile = [...new Set([...names, ...lineColumns])].filter(
      (column) => own.has(column) && !Object.hasOwn(constants, column),
    );
    const { numRows, columns, skipped } = await formats[name].read(
      { file, schema, shared, place, allocate: this.#allocate },
      fromFile,
    );
    const found = new Map(fromFile.map((column, k) => [column, columns[k]]));
    return {
      numRows,
      skipped,
      columns: names.map((column) => this.#column(column, found.get(column), taskFile, numRows)),
    };
  }

  #column(name: string, data: Data | undefined, taskFile: TaskFile, numRows: number): Data {
    const { type } = this.#fields.get(name) as Field;
    const { file, constants } = taskFile;
    if (Object.hasOwn(constants, name)) {
      return constantData(type, constants[name], numRows, this.#dictionaries.get(name));
    }
    const share = (made: Data) => (this.#allocate === allocateShared ? shareData(made) : made);
    if (data === undefined) return share(nullData(type, numRows));
    try {
      return share(castData(data, type));
    } catch (cause) {
      throw new ApplyError(
        'ERR_SCHEMA_MISMATCH',
        `column '${name}' of ${file.path} cannot be brought to ${type}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
}
