import { Type } from 'apache-arrow';
import type { FlechetteColumn, FlechetteType } from './flechette-to-arrow.js';

/**
 * The options with which flechette reads a table; they decide which JavaScript values its columns give. A
 * table does not tell its options, so they are derived from its values, and groups are read with the same
 * ones.
 */
export interface FlechetteOptions {
  useBigInt?: boolean;
  useBigIntTimestamp?: boolean;
  useDate?: boolean;
  useDecimalInt?: boolean;
  useMap?: boolean;
}

/** The key in the schema's metadata that keeps the options, as JSON. */
export const FLECHETTE_OPTIONS = 'flechette.options';

/** Derives the options from the first value of each column. */
export function optionsOf(columns: readonly FlechetteColumn[]): FlechetteOptions {
  const options: FlechetteOptions = {};
  for (const column of columns) {
    const option = optionFor(column.type.dictionary ?? column.type, firstValue(column));
    if (option) options[option] = true;
  }
  return options;
}

/**
 * Returns the option that makes flechette give this value for a column of this type; undefined if none does.
 */
function optionFor({ typeId }: FlechetteType, value: unknown): keyof FlechetteOptions | undefined {
  const isBig = typeof value === 'bigint';
  switch (typeId) {
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      return isBig ? 'useBigInt' : undefined;
    case Type.Date:
    case Type.Timestamp:
      if (isBig) return 'useBigIntTimestamp';
      return value instanceof Date ? 'useDate' : undefined;
    case Type.Decimal:
      return isBig ? 'useDecimalInt' : undefined;
    case Type.Map:
      return value instanceof Map ? 'useMap' : undefined;
    default:
      return undefined;
  }
}

function firstValue(column: FlechetteColumn): unknown {
  for (let row = 0; row < column.length; row++) {
    try {
      const value = column.at(row);
      if (value !== null) return value;
    } catch {
      // flechette throws for a 64-bit integer beyond 2^53 if `useBigInt` is not set.
      return undefined;
    }
  }
  return undefined;
}
