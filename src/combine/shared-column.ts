import type { Field } from 'apache-arrow';
import type { NumericArray } from '../arrow/index.js';

/**
 * A column that all results of one shape have: an input column handed back, or numbers, which are appended,
 * or written to their rows if they have a slot.
 */
export type SharedColumn =
  | { readonly name: string; readonly field: Field; readonly input: number; readonly numbers?: undefined }
  | {
      readonly name: string;
      readonly field: Field;
      readonly input?: undefined;
      readonly slot?: number;
      numbers: NumericArray;
    };
