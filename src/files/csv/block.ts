import type { FieldIndex } from './field-index.js';

/** Lines of a CSV file whose fields were found. */
export interface Block {
  /** The text that has the lines; positions of fields count from its beginning. */
  readonly bytes: Buffer;
  readonly index: FieldIndex;
  readonly usual: UsualValues;
  /** The position of `bytes` in the whole text. */
  readonly base: number;
  /** The position behind the lines in the whole text. */
  readonly end: number;
}

/**
 * Reads the values of a column that are as most columns have them, from a row of a block on. Each function
 * stops at the first value that is not as usual and returns how many it read; `first` is the row of the first
 * one.
 */
export interface UsualValues {
  /**
   * The number of values of the last call that are null, and how many values each is behind the first one.
   */
  numNulls: number;
  readonly nulls: Int32Array;
  readInt32s(block: Block, row: number, column: number, values: Int32Array, first: number): number;
  /** `words` are the halves of 64-bit integers. */
  readInt64s(block: Block, row: number, column: number, words: Int32Array, first: number): number;
  readFloats(
    block: Block,
    row: number,
    column: number,
    values: Float64Array,
    first: number,
    decimal: number,
  ): number;
  /** Reads ISO dates, in days since 1970. */
  readDays(block: Block, row: number, column: number, values: Int32Array, first: number): number;
  /** Reads ISO times. `unit` is the number of digits of a second's fraction that the unit holds. */
  readTimes(
    block: Block,
    row: number,
    column: number,
    words: Int32Array,
    first: number,
    unit: number,
    hasZone: boolean,
  ): number;
  /** Copies texts to where the last one ended. The target must have room for all of the block. */
  copyTexts(
    block: Block,
    row: number,
    column: number,
    offsets: Int32Array,
    first: number,
    target: Uint8Array,
  ): number;
  /** Counts plain numbers, and tells how many are not empty and whether one has a fraction. */
  countNumbers(block: Block, row: number, column: number, decimal: number): PlainNumbers;
}

/** Values that are plain numbers or empty. */
export interface PlainNumbers {
  readonly count: number;
  /** Those that are not empty. */
  readonly numValues: number;
  readonly hasFraction: boolean;
}
