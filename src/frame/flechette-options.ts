import { Type } from 'apache-arrow';
import type { FlechetteColumn, FlechetteType } from './flechette-to-arrow.js';

/**
 * How a flechette table gives its values out. A table does not say with which options it was read, but its values do; a
 * function finds in its group what it would find in the whole table.
 */
export interface FlechetteOptions {
  useBigInt?: boolean;
  useBigIntTimestamp?: boolean;
  useDate?: boolean;
  useDecimalInt?: boolean;
  useMap?: boolean;
}

/** The key in the schema's metadata under which they travel. */
export const FLECHETTE_OPTIONS = 'flechette.options';

/** The options that show in the values of these columns. */
export function optionsOf(columns: readonly FlechetteColumn[]): FlechetteOptions {
  const options: FlechetteOptions = {};
  for (const column of columns) {
    const option = optionFor(column.type.dictionary ?? column.type, firstValue(column));
    if (option) options[option] = true;
  }
  return options;
}

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
      // Without the option, flechette throws for a 64-bit integer beyond 2^53.
      return undefined;
    }
  }
  return undefined;
}
