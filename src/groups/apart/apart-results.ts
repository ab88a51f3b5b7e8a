import { cutData, describeData, type WireData } from '../../arrow/index.js';
import {
  describeResults,
  type InputFields,
  type Results,
  reviveResults,
  type SegmentColumn,
  type WireResults,
} from '../../combine/index.js';
import type { InputRows } from '../input-rows.js';
import { reviveWithDictionary } from './rows-receiver.js';

/*
 * Results on their way from another process. Columns that came back untouched are named, as between threads,
 * and their rows come with them: the function may have changed its rows in place, which only shows there.
 */

export interface ApartResults {
  readonly results: WireResults;
  /** The rows of each segment's input columns, in their order and without dictionaries. */
  readonly inputs: readonly (readonly WireData[])[];
  /** Groups whose results depend on more than their rows and key; only with a cache. */
  readonly unique: readonly number[];
}

export function describeApart(
  results: Results,
  fieldsOf: InputFields | undefined,
  inputRows: InputRows,
  unique: readonly number[],
): ApartResults {
  const inputs = results.segments.map((segment) =>
    segment.columns.flatMap(({ input }): WireData[] => {
      if (input === undefined) return [];
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
      const { field, input } = column;
      const { dictionary } = inputRows({ ...segment, numRows: 0 }, input);
      return { field, data: reviveWithDictionary(field.type, inputs[k][next++], dictionary) };
    });
    return { ...segment, columns };
  });
  return { ...revived, segments };
}
