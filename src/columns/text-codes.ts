import { type Data, Type } from 'apache-arrow';
import { getBit, offsetWords } from '../arrow/index.js';

/** Texts as bytes: where each begins and ends in them. */
interface Texts {
  readonly bytes: Uint8Array;
  /** The lower words of the offsets, `step` apart. */
  readonly words: Uint32Array;
  readonly step: number;
}

/** Tells whether a column holds texts with 32-bit or 64-bit offsets. */
export const isText = ({ type }: Data): boolean =>
  type.typeId === Type.Utf8 || type.typeId === Type.LargeUtf8;

const NONE = -1;

/** Numbers different texts from 0, and finds texts among them by their bytes: making a string costs more. */
export class TextCodes {
  readonly #key: Texts;
  /** The first row of each code's text. */
  readonly #rows: number[] = [];
  /** A table of codes by the hashes of their texts. */
  readonly #slots: Int32Array;

  /** @param key texts without nulls */
  constructor(key: Data) {
    this.#key = textsOf(key);
    let size = 16;
    while (size < 2 * key.length) size *= 2;
    this.#slots = new Int32Array(size).fill(NONE);
    for (let row = 0; row < key.length; row++) this.#add(row);
  }

  /** The number of different texts. */
  get size(): number {
    return this.#rows.length;
  }

  #add(row: number): void {
    const { bytes, words, step } = this.#key;
    const [from, to] = [words[row * step], words[(row + 1) * step]];
    const slot = this.#find(bytes, from, to);
    if (this.#slots[slot] === NONE) this.#slots[slot] = this.#rows.push(row) - 1;
  }

  /** Returns the slot of a text, or the free one where it would be. */
  #find(bytes: Uint8Array, from: number, to: number): number {
    const { bytes: own, words, step } = this.#key;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(bytes, from, to) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const code = slots[slot];
      if (code === NONE) return slot;
      const at = this.#rows[code] * step;
      if (isSame(own, words[at], words[at + step], bytes, from, to)) return slot;
    }
  }

  /** Returns the code of a text; -1 for one that the key does not have. */
  codeOf(text: string): number {
    const bytes = Buffer.from(text);
    return this.#slots[this.#find(bytes, 0, bytes.length)];
  }

  /** Returns the code of each row of a column of texts. Rows often have the text of the row before. */
  codesOf(column: Data): Int32Array {
    const { bytes, words, step } = textsOf(column);
    const nulls = column.nullCount > 0 ? (column.nullBitmap as Uint8Array) : undefined;
    const out = new Int32Array(column.length).fill(NONE);
    let code = NONE;
    let [first, last] = [-1, -1];
    for (let row = 0; row < out.length; row++) {
      if (nulls !== undefined && !getBit(nulls, column.offset + row)) continue;
      const [from, to] = [words[row * step], words[(row + 1) * step]];
      if (first < 0 || !isSame(bytes, first, last, bytes, from, to)) {
        code = this.#slots[this.#find(bytes, from, to)];
        first = from;
        last = to;
      }
      out[row] = code;
    }
    return out;
  }
}

function textsOf(data: Data): Texts {
  return { bytes: (data.values as Uint8Array | undefined) ?? new Uint8Array(0), ...offsetWords(data) };
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash ^ (hash >>> 15);
}

function isSame(
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
): boolean {
  if (toA - fromA !== toB - fromB) return false;
  for (let k = 0; fromA + k < toA; k++) if (a[fromA + k] !== b[fromB + k]) return false;
  return true;
}
