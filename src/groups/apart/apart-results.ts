import { cutData, describeData, type WireData } from '../../arrow/index.js';
import {
  describeResults,
  type InputFields,
  type Results,
  reviveResults,
  type Segment,
  type SegmentColumn,
  type WireResults,
} from '../../combine/index.js';
import type { InputRows } from '../input-rows.js';
import { reviveWithDictionary } from './rows-receiver.js';

/*
 * Results on their way from another process. Columns that came back untouched are named, as between threads.
 * Their rows come with them if the function has changed them in place, which only shows there.
 */

export interface ApartResults {
  readonly results: WireResults;
  /**
   * The rows of each segment's input columns, in their order and without dictionaries; null for rows that are
   * as they were sent.
   */
  readonly inputs: readonly (readonly (WireData | null)[])[];
  /** Groups whose results depend on more than their rows and key; only with a cache. */
  readonly unique: readonly number[];
}

/** The groups that the results are of. */
interface Inputs {
  readonly inputRows: InputRows;
  readonly isUnchanged: (segment: Segment, column: number) => boolean;
  readonly unique: readonly number[];
}

export function describeApart(
  results: Results,
  fieldsOf: InputFields | undefined,
  { inputRows, isUnchanged, unique }: Inputs,
): ApartResults {
  const inputs = results.segments.map((segment) =>
    segment.columns.flatMap(({ input }): (WireData | null)[] => {
      if (input === undefined) return [];
      if (isUnchanged(segment, input)) return [null];
      const rows = inputRows(segment, input);
      return [{ ...describeData(cutData(rows, 0, rows.length)), dictionary: undefined }];
    }),
  );
  return { results: describeResults(results, fieldsOf), inputs, unique };
}

export function reviveApart(
  { results, inputs }: ApartResults,
  fieldsOf: InputFields | undefined,
  inputRows: InputRows,
): Results {
  const revived = reviveResults(results, fieldsOf);
  const segments = revived.segments.map((segment, k) => {
    let next = 0;
    const columns = segment.columns.map((column): SegmentColumn => {
      if (column.input === undefined) return column;
      const rows = inputs[k][next++];
      if (rows === null) return column;
      const { field, input } = column;
      const { dictionary } = inputRows({ ...segment, numRows: 0 }, input);
      return { field, data: reviveWithDictionary(field.type, rows, dictionary) };
    });
    return { ...segment, columns };
  });
  return { ...revived, segments };
}
