import type { DataType } from 'apache-arrow';
import { ApplyError } from '../errors.js';

/**
 * Thrown for a column that in one piece has more bytes of text, or more values of lists, than the offsets of
 * its type can count.
 */
export class ColumnTooLarge extends ApplyError {
  constructor(
    readonly type: DataType,
    readonly total: number,
    readonly limit: number,
    name?: string,
  ) {
    const column = name === undefined ? `a ${type} column` : `column '${name}', of type ${type},`;
    const hasLargeOffsets = limit > 2 ** 31;
    const larger = 'give it a type with large offsets, such as LargeUtf8 or LargeList, or ';
    super(
      'ERR_UNSUPPORTED',
      `${column} has ${total} bytes or list values, and in one piece its offsets can count ${limit}: ` +
        `${hasLargeOffsets ? '' : larger}split the table`,
    );
  }
}

/** Does something with a column; an error about its size gets its name. */
export function namingColumn<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ColumnTooLarge) throw new ColumnTooLarge(error.type, error.total, error.limit, name);
    throw error;
  }
}
