import { type Data, Type, type Vector } from 'apache-arrow';
import { type KeyValue, keyReader } from './key-values.js';
import { isNumbers, type Numbers } from './numbers.js';
import { isText, TextCodes } from './text-codes.js';

const UNKNOWN = -2;

/** Numbers the values of a key of a table from 0, so that several keys together are one number. */
export class KeyCodes {
  /** Codes are below this. */
  readonly size: number;
  /** The smallest value, if codes are distances from it; otherwise `#codes` has them. */
  readonly #min: number | undefined;
  readonly #codes = new Map<KeyValue, number>();
  /** Has the codes of a key of texts. */
  readonly #texts: TextCodes | undefined;
  /** The codes of the entries of dictionaries, {@link UNKNOWN} for those that no row had yet. */
  readonly #entries = new WeakMap<object, Int32Array>();

  constructor(key: Data) {
    const range = rangeOf(key);
    this.#min = range?.min;
    this.#texts = isText(key) && key.nullCount === 0 ? new TextCodes(key) : undefined;
    if (range === undefined && this.#texts === undefined) {
      const read = keyReader(key);
      for (let row = 0; row < key.length; row++) {
        const value = read(row);
        if (!this.#codes.has(value)) this.#codes.set(value, this.#codes.size);
      }
    }
    this.size = range?.size ?? this.#texts?.size ?? this.#codes.size;
  }

  /** Returns the code of each row of a column; -1 for a value that the key does not have. */
  codesOf(column: Data): Int32Array {
    const numbers = numbersOf(column);
    if (numbers !== undefined && this.#min !== undefined) return this.#distances(numbers, column.length);
    if (this.#texts && isText(column)) return this.#texts.codesOf(column);
    if (column.type.typeId === Type.Dictionary && column.nullCount === 0 && column.dictionary) {
      return this.#codesOfEntries(column, column.dictionary);
    }
    const out = new Int32Array(column.length);
    const read = keyReader(column);
    for (let row = 0; row < out.length; row++) out[row] = this.#codeOf(read(row));
    return out;
  }

  #distances(numbers: Numbers, length: number): Int32Array {
    const out = new Int32Array(length);
    const min = this.#min as number;
    for (let row = 0; row < length; row++) {
      const code = numbers[row] - min;
      out[row] = code >= 0 && code < this.size && Number.isInteger(code) ? code : -1;
    }
    return out;
  }

  /** Finds the code of each entry of a dictionary once, for all groups that share the dictionary. */
  #codesOfEntries(column: Data, dictionary: Vector): Int32Array {
    let known = this.#entries.get(dictionary);
    if (known === undefined) {
      known = new Int32Array(dictionary.length).fill(UNKNOWN);
      this.#entries.set(dictionary, known);
    }
    const entries = column.values as unknown as ArrayLike<number | bigint>;
    const out = new Int32Array(column.length);
    let read: ((row: number) => KeyValue) | undefined;
    for (let row = 0; row < out.length; row++) {
      const entry = Number(entries[row]);
      if (known[entry] === UNKNOWN) {
        read ??= keyReader(column);
        known[entry] = this.#codeOf(read(row));
      }
      out[row] = known[entry];
    }
    return out;
  }

  #codeOf(value: KeyValue): number {
    if (this.#texts) return typeof value === 'string' ? this.#texts.codeOf(value) : -1;
    if (this.#min === undefined) return this.#codes.get(value) ?? -1;
    const code = Number.isInteger(value) ? (value as number) - this.#min : -1;
    return code >= 0 && code < this.size ? code : -1;
  }
}

/** Returns the values of a column of numbers without nulls; undefined for any other. */
function numbersOf({ type, nullCount, values }: Data): Numbers | undefined {
  const isHalf = type.typeId === Type.Float && (values as unknown) instanceof Uint16Array;
  const isNumber = type.typeId === Type.Int || type.typeId === Type.Float;
  return isNumber && !isHalf && nullCount === 0 && isNumbers(values) ? values : undefined;
}

/** Returns the range of whole numbers that lie close together, as months or numbers of shops do. */
function rangeOf(key: Data): { min: number; size: number } | undefined {
  const numbers = numbersOf(key);
  if (numbers === undefined || key.length === 0) return undefined;
  let [min] = numbers;
  let max = min;
  for (let row = 0; row < key.length; row++) {
    const value = numbers[row];
    if (!Number.isSafeInteger(value)) return undefined;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  const size = max - min + 1;
  return isSmall(size, key.length) ? { min, size } : undefined;
}

/** Tells whether an array of so many elements is small for a table of so many rows. */
export const isSmall = (size: number, rows: number): boolean => size <= 4 * rows + 100;
