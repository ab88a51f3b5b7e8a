import { type Data, DataType } from 'apache-arrow';
import { type ChunkedColumn, chunksWithin } from './chunked-column.js';
import { periodsOfRows } from './factorize-cells.js';
import { factorizeColumn } from './factorize-column.js';
import { factorizeJoined } from './factorize-joined.js';
import { type GroupingOptions, keepsUnobserved } from './grouping.js';
import { NO_KEY, nullsAsKey } from './key-codes.js';
import { observedCombinations } from './key-combinations.js';
import { countCodes } from './places.js';
import { takeRows } from './take-rows.js';

/*
 * Grouping by parts: `factorizeRange` numbers and counts the keys of one range of rows, apart from all
 * others. `mergeRangeKeys` then groups these few keys instead of the rows, and `codesToPlaces` gives the rows
 * of each range their places.
 */

/** The distinct keys of a range of rows. A code stands for a key in this range only. */
export interface RangeKeys {
  /** code -> key: one column of keys for each key column. */
  readonly distinct: readonly Data[];
  /** code -> its first row in the whole table. */
  readonly firstRows: Int32Array;
  /** code -> the number of its rows. */
  readonly sizes: Int32Array;
}

/**
 * Tells whether keys can be found range by range. They cannot if keys without rows are kept, or if an ordered
 * dictionary gives the order of the groups: the dictionary of a range may lack values.
 */
export const canGroupByRanges = (keys: readonly ChunkedColumn[], options: GroupingOptions): boolean =>
  !keepsUnobserved(keys, options) && !keys.some(({ type }) => DataType.isDictionary(type) && type.isOrdered);

/**
 * Finds the keys of rows `from` to `to`-1 and writes the codes of these rows to `codes`, which has a place
 * for every row of the table.
 */
export function factorizeRange(
  keys: readonly ChunkedColumn[],
  from: number,
  to: number,
  codes: Int32Array,
  { dropna }: Pick<GroupingOptions, 'dropna'>,
): RangeKeys {
  const length = to - from;
  const rangeCodes = codes.subarray(from, to);
  const columns = keys.map(({ type, chunks, cells }) => ({
    type,
    chunks: chunksWithin(chunks, from, to),
    cells,
  }));
  const combined =
    factorizeJoined(columns, rangeCodes) ??
    observedCombinations(
      columns.map((column, k) => {
        const found = factorizeColumn(column, k === 0 ? rangeCodes : new Int32Array(length));
        return dropna ? found : nullsAsKey(found);
      }),
    );
  if (combined.codes !== rangeCodes) rangeCodes.set(combined.codes);
  const { sizes, firsts: first } = combined.counted ?? countCodes(rangeCodes, combined.count);
  // A dictionary may have values that no row of this range has; these are no keys here.
  const used = usedCodes(sizes);
  if (used.length < combined.count) renumber(rangeCodes, used, combined.count);
  const rows = pick(first, used, 0);
  return {
    distinct: columns.map(({ type, chunks, cells }) =>
      cells ? periodsOfRows(chunks, cells, rows) : takeRows(type, chunks, rows, length),
    ),
    firstRows: pick(first, used, from),
    sizes: pick(sizes, used, 0),
  };
}

/* Loops instead of closures, whose compiled code V8 drops between calls. */

function usedCodes(sizes: Int32Array): Int32Array {
  const used = new Int32Array(sizes.length);
  let count = 0;
  for (let code = 0; code < sizes.length; code++) if (sizes[code] > 0) used[count++] = code;
  return used.subarray(0, count);
}

/** Returns the values of the given codes, each with `more` added. */
function pick(values: Int32Array, codes: Int32Array, more: number): Int32Array {
  const picked = new Int32Array(codes.length);
  for (let k = 0; k < codes.length; k++) picked[k] = values[codes[k]] + more;
  return picked;
}

/** Replaces the codes in `used` by their positions there. */
function renumber(codes: Int32Array, used: Int32Array, count: number): void {
  const numbers = new Int32Array(count);
  for (let number = 0; number < used.length; number++) numbers[used[number]] = number;
  for (let row = 0; row < codes.length; row++) if (codes[row] !== NO_KEY) codes[row] = numbers[codes[row]];
}
