import type { Data } from 'apache-arrow';
import { preview } from '../util/index.js';
import { invalid } from './column.js';
import { isSmall, KeyCodes } from './key-codes.js';
import { keyReader } from './key-values.js';

/** Below this, numbers made of several codes are 32-bit integers. */
const MAX_INT32 = 2 ** 31;

/** One number for the codes in each row; -1 if the table does not have one of the values. */
type Joined = Int32Array | Float64Array;

/** The row of each joined number: an array where that is small; -1 or nothing for none. */
type Rows = Int32Array | Map<number, number>;

/** Finds the rows of a table by one key or several. */
export class KeyIndex {
  readonly #codes: readonly KeyCodes[];
  /** The number of joined numbers that may be. */
  readonly #size: number;
  readonly #rows: Rows;

  /** @throws ApplyError `ERR_INVALID_OPTION` if two rows have the same keys */
  constructor(names: readonly string[], keys: readonly Data[]) {
    this.#codes = keys.map((key) => new KeyCodes(key));
    this.#size = this.#codes.reduce((product, codes) => product * codes.size, 1);
    const [{ length }] = keys;
    this.#rows = isSmall(this.#size, length) ? new Int32Array(this.#size).fill(-1) : new Map();
    const joined = this.#join(keys);
    const repeated = this.#rows instanceof Map ? fillMap(this.#rows, joined) : fillRows(this.#rows, joined);
    if (repeated >= 0) throw sameKeys(names, keys, joined.indexOf(joined[repeated]), repeated);
  }

  /** Returns for each row of a group the row of the table with the same keys, or -1. */
  rowsOf(keys: readonly Data[]): Int32Array {
    const joined = this.#join(keys);
    // The rows of one key overwrite its codes: short columns cost as much as their memory.
    const found = joined instanceof Int32Array ? joined : new Int32Array(joined.length);
    if (this.#rows instanceof Map) findInMap(this.#rows, joined, found);
    else findRows(this.#rows, joined, found);
    return found;
  }

  #join(keys: readonly Data[]): Joined {
    const first = this.#codes[0].codesOf(keys[0]);
    if (keys.length === 1) return first;
    const joined: Joined = this.#size < MAX_INT32 ? first : Float64Array.from(first);
    for (let k = 1; k < keys.length; k++) {
      joinCodes(joined, this.#codes[k].codesOf(keys[k]), this.#codes[k].size);
    }
    return joined;
  }
}

// These loops are functions of their own: V8 compiles a loop anew each time that the code after it is new.

function joinCodes(joined: Joined, codes: Int32Array, size: number): void {
  for (let row = 0; row < joined.length; row++) {
    joined[row] = joined[row] < 0 || codes[row] < 0 ? -1 : joined[row] * size + codes[row];
  }
}

/** Notes the row of each number. Returns the first row whose number an earlier row has; -1 for none. */
function fillRows(rows: Int32Array, joined: Joined): number {
  for (let row = 0; row < joined.length; row++) {
    if (rows[joined[row]] >= 0) return row;
    rows[joined[row]] = row;
  }
  return -1;
}

function fillMap(rows: Map<number, number>, joined: Joined): number {
  for (let row = 0; row < joined.length; row++) {
    if (rows.has(joined[row])) return row;
    rows.set(joined[row], row);
  }
  return -1;
}

function findRows(rows: Int32Array, joined: Joined, found: Int32Array): void {
  for (let row = 0; row < found.length; row++) found[row] = joined[row] < 0 ? -1 : rows[joined[row]];
}

function findInMap(rows: ReadonlyMap<number, number>, joined: Joined, found: Int32Array): void {
  for (let row = 0; row < found.length; row++) found[row] = rows.get(joined[row]) ?? -1;
}

function sameKeys(names: readonly string[], keys: readonly Data[], before: number, row: number) {
  const key = keys.map((data) => preview(keyReader(data)(row))).join(', ');
  return invalid(
    `lookup: rows ${before} and ${row} of the table have the same key ${key} (${names.join(', ')}); ` +
      'a lookup needs one row for each key',
  );
}
