import type { Field, Table } from 'apache-arrow';
import { chunksOf, objectsFromColumns } from '../../arrow/index.js';
import { ApplyError, type KeyPart } from '../../errors.js';
import type { Row } from '../../frame/index.js';
import { checkOptions, type Rules } from '../../options/index.js';
import { isThenable, preview } from '../../util/index.js';
import { type ColumnBlocks, columnBlocks } from './column-blocks.js';
import { inferredKeyColumn } from './inferred-key-column.js';
import type { KeyColumn } from './key-column.js';
import { KeyMaker } from './key-maker.js';
import { unknownColumn } from './named-column.js';

/** Options of {@link keyFrom}. */
export interface KeyFromOptions {
  /**
   * The columns that the function reads, for speed: rows have only these.
   * @default all columns
   */
  columns?: readonly string[];
}

const rules: Rules<KeyFromOptions> = {
  columns: [
    (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    'an array of column names',
  ],
};

/**
 * Groups by what a function makes of each row. Counterpart of `df.groupby(df.apply(f, axis=1))`. The function
 * runs in this thread, once for every row, on a plain object with the row's values.
 *
 * All keys are of one kind: texts, numbers, bigints, booleans or Dates. A row for which it returns null,
 * undefined or NaN has no key.
 *
 * @param name the name of the key column
 * @throws ApplyError `ERR_INVALID_OPTION`, here or when the groups are needed; `cause` is what the function
 *   threw
 * @example
 * const orders = [{ price: 4 }, { price: 250 }];
 * const size = keyFrom('size', (row: { price: number }) => (row.price < 100 ? 's' : 'l'));
 * groupby(orders, size).keys // ['l', 's']
 */
export function keyFrom<
  Name extends string,
  R extends object = Row,
  Key extends KeyPart | undefined = KeyPart | undefined,
>(name: Name, fn: (row: R) => Key, options: KeyFromOptions = {}): KeyMaker<Name, NonNullable<Key>, never> {
  if (typeof name !== 'string') {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `keyFrom: the first argument is the name of the key column, got ${preview(name)}`,
    );
  }
  if (typeof fn !== 'function') {
    throw new ApplyError('ERR_INVALID_OPTION', `keyFrom: fn must be a function, got ${preview(fn)}`);
  }
  checkOptions('keyFrom', options, rules);
  return new KeyFrom(name, fn as (row: Row) => unknown, options.columns && [...options.columns]);
}

class KeyFrom<Name extends string, Key> extends KeyMaker<Name, Key, never> {
  readonly #fn: (row: Row) => unknown;

  constructor(name: Name, fn: (row: Row) => unknown, columns: readonly string[] | undefined) {
    super(name, columns);
    this.#fn = fn;
  }

  keyColumn(table: Table): KeyColumn {
    const fields = table.schema.fields as Field[];
    const names = fields.map((field) => field.name);
    const wanted = this.columns ?? names;
    const missing = wanted.find((name) => !names.includes(name));
    if (missing !== undefined) throw unknownColumn(missing, names);
    const twice = wanted.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
    if (twice !== undefined) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `keyFrom('${this.name}'): there are several columns named '${twice}', and a row can hold only one; ` +
          'rename one, or name the columns that the function reads with { columns }',
      );
    }
    const columns = wanted.map((name) => {
      const at = names.indexOf(name);
      return columnBlocks(chunksOf(table, at), fields[at]);
    });
    return inferredKeyColumn(this.#keysOf(wanted, columns, table.numRows), this.name);
  }

  #keysOf(names: readonly string[], columns: readonly ColumnBlocks[], numRows: number): unknown[] {
    const keys = new Array<unknown>(numRows);
    const texts = new SameTexts();
    for (let from = 0; from < numRows; from += BLOCK) {
      const length = Math.min(BLOCK, numRows - from);
      const part = columns.map((column) => column.next(length));
      const rows = objectsFromColumns(names, part, length);
      for (let i = 0; i < length; i++) {
        const key = this.#keyOf(rows[i], from + i);
        keys[from + i] = typeof key === 'string' ? texts.same(key) : key;
      }
    }
    return keys;
  }

  #keyOf(row: Row, at: number): unknown {
    let key: unknown;
    try {
      key = this.#fn(row);
    } catch (error) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `keyFrom('${this.name}'): the function threw for row ${at}`,
        {
          cause: error,
        },
      );
    }
    if (!isThenable(key)) return key;
    // Prevents an unhandled rejection: nobody waits for the key.
    Promise.resolve(key).catch(() => {});
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `keyFrom('${this.name}'): the function returned a promise for row ${at}; keys are plain values`,
    );
  }
}

/** With more different keys than this, equal texts are too rare to look for. */
const MOST_TEXTS = 4_096;

/** Keeps one of equal texts, since functions make a new one for each row. */
class SameTexts {
  #known: Map<string, string> | undefined = new Map();

  same(text: string): string {
    if (this.#known === undefined) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size < MOST_TEXTS) this.#known.set(text, text);
    else this.#known = undefined;
    return text;
  }
}

/** Rows that exist at a time as objects. */
const BLOCK = 4_096;
