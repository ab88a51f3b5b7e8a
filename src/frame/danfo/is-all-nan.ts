import { type Data, type Field, Type } from 'apache-arrow';
import { DANFO_DTYPE } from './dtype.js';

/**
 * Tells whether a column of a DataFrame is NaN or null in every row. danfojs writes NaN for any missing
 * value, for example in a left merge without matches, so such a column may stand for one of strings, dates or
 * booleans.
 */
export function isAllNaN({ metadata }: Field, data: Data): boolean {
  if (data.type.typeId !== Type.Float || !metadata.has(DANFO_DTYPE)) return false;
  const values: unknown = data.values;
  if (!(values instanceof Float64Array)) return false;
  for (let i = 0; i < data.length; i++) if (!Number.isNaN(values[i]) && data.getValid(i)) return false;
  return true;
}
