import { type DataType, Type } from 'apache-arrow';
import { layoutOf } from '../../arrow/index.js';

/** The metadata key under which a field keeps the danfojs dtype of its column. */
export const DANFO_DTYPE = 'danfo.dtype';

/** The dtypes of danfojs 1.2. */
export type DanfoDtype = 'float32' | 'int32' | 'string' | 'boolean' | 'datetime' | 'undefined';

export const isNumeric = (dtype: string): boolean => dtype === 'int32' || dtype === 'float32';

/** Returns the dtype of an Arrow type. */
export function dtypeOfType(typeId: Type): DanfoDtype {
  switch (typeId) {
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      return 'int32';
    case Type.Float:
    case Type.Decimal:
      return 'float32';
    case Type.Bool:
      return 'boolean';
    case Type.Date:
    case Type.Timestamp:
      return 'datetime';
    case Type.Null:
      return 'undefined';
    default:
      return 'string';
  }
}

/**
 * Returns the recorded dtype of a column if its values can have it, else `natural`, that of its Arrow type. A
 * recorded dtype can be wrong: danfojs guessed it, or another group brought fractions into an int32 column or
 * strings into one that was all null.
 */
export function correctedDtype(
  recorded: string | undefined,
  natural: DanfoDtype,
  type: DataType,
  cells: () => readonly unknown[],
): string {
  if (recorded === undefined || recorded === natural) return natural;
  if (natural === 'undefined') return recorded;
  let isPossible = recorded !== 'undefined';
  switch (natural) {
    case 'int32':
      isPossible = recorded === 'float32';
      break;
    case 'float32':
      isPossible = recorded === 'int32' && allIntegers(cells() as number[]);
      break;
    case 'boolean':
      // danfojs calls booleans with missing ones float32.
      isPossible = recorded === 'float32';
      break;
    case 'datetime':
      // danfojs calls Dates with missing ones float32, and allows `.dt` on string columns too.
      isPossible = recorded === 'float32' || recorded === 'string';
      break;
    case 'string':
      if (layoutOf(type) === 'variable') isPossible = isNumeric(recorded) && allNumeric(cells());
  }
  return isPossible ? recorded : natural;
}

/** Tells whether all numbers are whole; NaN stands for a missing one, as may 0. */
export function allIntegers(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isInteger(value) && !Number.isNaN(value)) return false;
  }
  return true;
}

/** Tells whether danfojs takes all strings for numbers when it guesses a dtype. */
function allNumeric(cells: ArrayLike<unknown>): boolean {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (typeof cell === 'string' && Number.isNaN(Number(cell))) return false;
  }
  return true;
}
