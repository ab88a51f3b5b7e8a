import { keepOne, LONGEST_SHORT, MEMO_SLOTS, ShortMemo } from '../arrow/index.js';
import { ByteTable } from './byte-table.js';

/** A way into a {@link ByteTable} that remembers the codes of short keys met lately. */
export class ShortKeys {
  readonly #memo = new ShortMemo();
  readonly #codes = new Int32Array(MEMO_SLOTS);
  readonly #table: ByteTable;

  constructor(table: ByteTable) {
    this.#table = table;
  }

  /** The code of the key bytes[from … to); `view` is a view on the same bytes. */
  codeOf(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    if (to - from > LONGEST_SHORT || to === from) return this.#table.add(bytes, from, to);
    const slot = this.#memo.find(bytes, view, from, to);
    if (slot >= 0) return this.#codes[slot];
    const code = this.#table.add(bytes, from, to);
    this.#codes[~slot] = code;
    return code;
  }
}

keepOne(new ShortKeys(new ByteTable()));
