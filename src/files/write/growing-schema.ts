import type { Data, DataType, Field, Schema, Table } from 'apache-arrow';
import { deriveSchema, sameType, withType } from '../../arrow/index.js';
import { commonType, isMissing, mayMeet, withKnownFields } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import type { FormatName } from '../format.js';
import { checkNames, storedSchema } from './stored-schema.js';

/** The caller and the place that rows are written to. */
interface Writing {
  /** The function of the caller, for messages. */
  readonly verb: string;
  readonly format: FormatName;
  readonly partitionBy: readonly string[];
}

/** A column of the rows so far. */
interface Column {
  readonly field: Field;
  /** False while all rows are null. */
  readonly hasValues: boolean;
}

/** Rows with the name of their place, and the table's schema, if they are results. */
export interface NamedRows {
  readonly table: Table;
  /** Says in messages where the rows come from. */
  readonly from: string;
  readonly known: Schema | undefined;
}

/** The schema of rows that come part by part. */
export class GrowingSchema {
  readonly #writing: Writing;
  readonly #columns = new Map<string, Column>();
  readonly #clashes = new Map<string, ApplyError>();
  #stored: Schema | undefined;
  #known: Schema | undefined;

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /**
   * The columns whose types nothing holds so far, with the error that it is if nothing does in the end. Their
   * type is the one of the last rows.
   */
  get clashes(): ReadonlyMap<string, ApplyError> {
    return this.#clashes;
  }

  /** The schema of the grouped table. */
  get known(): Schema | undefined {
    return this.#known;
  }

  /** The schema in which the rows are written; the same object while it does not change. */
  get stored(): Schema {
    return this.#stored as Schema;
  }

  /**
   * Adds the columns of some rows. Returns true if rows before have values that the schema does not hold now.
   * Throws if nothing can ever hold the values of both.
   */
  add({ table, from, known }: NamedRows): boolean {
    this.#known ??= known;
    const { schema } = table;
    checkNames(this.#writing.verb, schema);
    let isClash = false;
    for (const [k, field] of schema.fields.entries()) {
      const chunks = table.batches.map(({ data }) => data.children[k]);
      const before = this.#columns.get(field.name);
      const added = before ? this.#join(before, field, chunks, from) : columnOf(field, chunks);
      if (added === undefined) isClash = true;
      this.#columns.set(field.name, added ?? columnOf(field, chunks));
    }
    this.#store(schema);
    return isClash;
  }

  /** Returns the column that holds both; undefined if only later rows can tell its type. */
  #join(before: Column, field: Field, chunks: readonly Data[], from: string): Column | undefined {
    const type = commonType(before.field.type, field.type);
    if (type !== undefined) {
      const isSame = sameType(type, before.field.type);
      if (isSame && before.hasValues) return before;
      return {
        field: isSame ? before.field : withType(before.field, type),
        hasValues: before.hasValues || !isMissing(field, chunks),
      };
    }
    if (!before.hasValues) return columnOf(field, chunks);
    if (isMissing(field, chunks)) return before;
    const { name } = field;
    const error = this.#mismatch(before.field.type, field, from);
    const known = this.#known?.fields.find((each) => each.name === name);
    const isFolder = this.#writing.partitionBy.includes(name);
    if (isFolder || !mayMeet(before.field.type, field.type, known?.type)) throw error;
    if (!this.#clashes.has(name)) this.#clashes.set(name, error);
    return undefined;
  }

  #store(added: Schema): void {
    const { format } = this.#writing;
    const before = new Map(this.#stored?.fields.map((field) => [field.name, field]));
    // The first rows may be all, and then what their metadata says of rows stays true.
    const keeps = this.#stored === undefined ? 'rows' : 'none';
    const all = deriveSchema(
      this.#stored ?? added,
      Array.from(this.#columns.values(), ({ field }) => field),
      keeps,
    );
    const { fields } = storedSchema(this.#known ? withKnownFields(all, this.#known) : all, format);
    const kept = fields.map((field) => {
      const same = before.get(field.name);
      return same && sameType(same.type, field.type) ? same : field;
    });
    if (kept.length === before.size && kept.every((field) => before.get(field.name) === field)) return;
    this.#stored = deriveSchema(all, kept, keeps);
  }

  #mismatch(before: DataType, { name, type }: Field, from: string): ApplyError {
    return new ApplyError(
      'ERR_SCHEMA_MISMATCH',
      `${this.#writing.verb}: column '${name}' is ${before} in what was written before, ` +
        `and ${type} in ${from}; no type holds the values of both`,
    );
  }
}

const columnOf = (field: Field, chunks: readonly Data[]): Column => ({
  field,
  hasValues: !isMissing(field, chunks),
});
