import { type DataType, Type } from 'apache-arrow';
import { layoutOf } from '../../arrow/index.js';

/** The key in a field's metadata under which a column keeps its danfojs dtype. */
export const DANFO_DTYPE = 'danfo.dtype';

/** The dtypes danfojs 1.2 knows. */
export type DanfoDtype = 'float32' | 'int32' | 'string' | 'boolean' | 'datetime' | 'undefined';

export const isNumeric = (dtype: string): boolean => dtype === 'int32' || dtype === 'float32';

/** The dtype a type stands for. */
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
 * The recorded dtype, unless it is untrue: danfojs can guess it wrong, or another group has brought fractions into an int32 column,
 * or strings into one that was all null.
 */
export function correctedDtype(
  recorded: string | undefined,
  natural: DanfoDtype,
  type: DataType,
  cells: () => readonly unknown[],
): string {
  if (recorded === undefined || recorded === natural) return natural;
  if (natural === 'undefined') return recorded;
  let isTrue = recorded !== 'undefined';
  switch (natural) {
    case 'int32':
      isTrue = recorded === 'float32';
      break;
    case 'float32':
      isTrue = recorded === 'int32' && allIntegers(cells() as number[]);
      break;
    case 'boolean':
      // What danfojs says of booleans some of which are missing.
      isTrue = recorded === 'float32';
      break;
    case 'datetime':
      // What danfojs says of Dates some of which are missing, and the other dtype on which it allows `.dt`.
      isTrue = recorded === 'float32' || recorded === 'string';
      break;
    case 'string':
      if (layoutOf(type) === 'variable') isTrue = isNumeric(recorded) && allNumeric(cells());
  }
  return isTrue ? recorded : natural;
}

/** Missing cells stand as 0 here, or as NaN. */
export function allIntegers(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isInteger(value) && !Number.isNaN(value)) return false;
  }
  return true;
}

/** What danfojs itself takes for a number when it guesses a dtype. */
function allNumeric(cells: ArrayLike<unknown>): boolean {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (typeof cell === 'string' && Number.isNaN(Number(cell))) return false;
  }
  return true;
}
