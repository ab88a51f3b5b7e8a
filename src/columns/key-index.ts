import type { Data } from 'apache-arrow';
import { preview } from '../util/index.js';
import { invalid } from './column.js';
import { isSmall, KeyCodes } from './key-codes.js';
import { keyReader } from './key-values.js';

/** Finds the rows of a table by one key or several. */
export class KeyIndex {
  readonly #codes: readonly KeyCodes[];
  /** The row of each number that the codes of its keys make; -1 for none. */
  readonly #rows: Int32Array | Map<number, number>;

  /** @throws ApplyError `ERR_INVALID_OPTION` if two rows have the same keys */
  constructor(names: readonly string[], keys: readonly Data[]) {
    this.#codes = keys.map((key) => new KeyCodes(key));
    const size = this.#codes.reduce((product, codes) => product * codes.size, 1);
    const [{ length }] = keys;
    this.#rows = isSmall(size, length) ? new Int32Array(size).fill(-1) : new Map();
    const joined = this.#join(keys);
    for (let row = 0; row < length; row++) {
      const before = this.#rowOf(joined[row]);
      if (before >= 0) throw sameKeys(names, keys, before, row);
      if (this.#rows instanceof Map) this.#rows.set(joined[row], row);
      else this.#rows[joined[row]] = row;
    }
  }

  /** Returns for each row of a group the row of the table with the same keys, or -1. */
  rowsOf(keys: readonly Data[]): Int32Array {
    const joined = this.#join(keys);
    // The rows of one key overwrite its codes: short columns cost as much as their memory.
    const found = joined instanceof Int32Array ? joined : new Int32Array(joined.length);
    for (let row = 0; row < found.length; row++) found[row] = this.#rowOf(joined[row]);
    return found;
  }

  #rowOf(joined: number): number {
    if (joined < 0) return -1;
    return (this.#rows instanceof Map ? this.#rows.get(joined) : this.#rows[joined]) ?? -1;
  }

  /** Returns one number for the codes in each row; -1 if the table does not have one of the values. */
  #join(keys: readonly Data[]): Int32Array | Float64Array {
    const first = this.#codes[0].codesOf(keys[0]);
    if (keys.length === 1) return first;
    const joined = Float64Array.from(first);
    for (let k = 1; k < keys.length; k++) {
      const { size } = this.#codes[k];
      const codes = this.#codes[k].codesOf(keys[k]);
      for (let row = 0; row < joined.length; row++) {
        joined[row] = joined[row] < 0 || codes[row] < 0 ? -1 : joined[row] * size + codes[row];
      }
    }
    return joined;
  }
}

function sameKeys(names: readonly string[], keys: readonly Data[], before: number, row: number) {
  const key = keys.map((data) => preview(keyReader(data)(row))).join(', ');
  return invalid(
    `lookup: rows ${before} and ${row} of the table have the same key ${key} (${names.join(', ')}); ` +
      'a lookup needs one row for each key',
  );
}
