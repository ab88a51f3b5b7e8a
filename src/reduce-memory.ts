import type { Data, Field, RecordBatch } from 'apache-arrow';
import {
  allocateShared,
  byteSizeOf,
  concatData,
  deriveSchema,
  type EncodeText,
  reduceColumn,
  staysInPlace,
  tableOf,
  withType,
} from './arrow/index.js';
import { type ResultOf, requireAdapter } from './frame/index.js';
import { checkOptions, flag, functionRule, type Rules } from './options/index.js';
import { encodeText } from './split/index.js';

/** Options of {@link reduceMemory}. */
export interface ReduceMemoryOptions {
  /** Called once, with the bytes before and after, and the columns that changed. */
  report?: (report: MemoryReport) => void;
  /**
   * `true` prints the bytes before and after on stderr.
   * @default false
   */
  verbose?: boolean;
  /**
   * Strings become a dictionary if no more than this share of the rows hold different ones, and if that
   * takes fewer bytes. `0`: never.
   * @default 0.5
   */
  maxDistinct?: number;
}

const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

const reduceRules: Rules<ReduceMemoryOptions> = {
  report: functionRule,
  verbose: flag,
  maxDistinct: [isShare, 'a number from 0 to 1'],
};

/** Checks the options of {@link reduceMemory} and fills in what is missing. */
function resolveReduceOptions(
  options: ReduceMemoryOptions,
): Required<Omit<ReduceMemoryOptions, 'report'>> & Pick<ReduceMemoryOptions, 'report'> {
  checkOptions('reduceMemory', options, reduceRules);
  return {
    report: options.report,
    verbose: options.verbose ?? false,
    maxDistinct: options.maxDistinct ?? 0.5,
  };
}

/** A report of {@link reduceMemory}. Bytes are those of the Arrow columns. */
export interface MemoryReport {
  /** Bytes of the frame that was given. */
  readonly before: number;
  /** Bytes of the frame that is returned. */
  readonly after: number;
  /** The columns whose type changed. */
  readonly columns: readonly {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly before: number;
    readonly after: number;
  }[];
}

/**
 * Returns the frame in the smallest types that hold each of its values exactly. Integers take the narrowest
 * integers, Float64 becomes Float32 if no value changes, and strings that repeat become dictionaries with
 * the narrowest indices. Nulls stay null, and floats stay floats, even whole ones. Columns inside lists and
 * structs stay as they are, and so do columns that share a name. The given frame does not change.
 *
 * The result lies in shared memory, in one piece. Columns of an Arrow table that keep their type and lie in
 * shared memory already are not copied; then the result has the table's batches. Arrays of rows and danfojs
 * DataFrames have JavaScript values as cells, so only their strings get smaller: equal strings become one.
 *
 * Counterpart of the `reduce_mem_usage` that pandas users hand around, which also prints. That one rounds
 * floats and makes them float16.
 *
 * @param frame any frame that can be grouped
 * @throws ApplyError `ERR_NOT_A_FRAME`, `ERR_INVALID_OPTION`
 * @example
 * const visits = tableFromArrays({
 *   page: Array.from({ length: 100 }, (_, i) => `/${i % 4}`),
 *   ms: Float64Array.from({ length: 100 }, (_, i) => i / 2),
 * });
 * const small = reduceMemory(visits, { report: ({ before, after }) => console.log(after < before / 2) });
 * small.schema.fields.map(({ type }) => String(type)) // ['Dictionary<Int8, Utf8>', 'Float32']
 */
export function reduceMemory<F extends object>(
  frame: F,
  options: ReduceMemoryOptions = {},
): ResultOf<F, 'same'> {
  const { report, verbose, maxDistinct } = resolveReduceOptions(options);
  const adapter = requireAdapter(frame);
  const table = adapter.toArrow(frame, 'ERR_NOT_A_FRAME');
  const { fields } = table.schema;
  const batches = table.batches as RecordBatch[];
  const given = fields.map((_, k) => batches.map((batch) => batch.data.children[k]));
  let codes: Int32Array | undefined;
  const encode: EncodeText = (type, chunks, limit) => {
    codes ??= new Int32Array(table.numRows);
    return encodeText(type, chunks, limit, codes);
  };
  const isTwin = ({ name }: Field) => fields.filter((field) => field.name === name).length > 1;
  // apache-arrow takes columns that share a name only if they share a type.
  const smaller = fields.map((field, k) =>
    isTwin(field) ? undefined : reduceColumn(field, given[k], maxDistinct, encode),
  );
  const staying = given.filter((_, k) => smaller[k] === undefined);
  // A user may write into the arrays of other kinds of frames, and the given frame must not change then.
  const isInPlace = adapter.kind === 'arrow' && staying.length > 0 && staysInPlace(staying);
  const reduced = fields.map((field, k) => {
    const data = smaller[k];
    if (data === undefined) return isInPlace ? given[k] : [concatData(field.type, given[k], allocateShared)];
    return isInPlace ? slicesOf(data, batches) : [data];
  });
  const schema = deriveSchema(
    table.schema,
    fields.map((field, k) => (smaller[k] === undefined ? field : withType(field, smaller[k].type))),
    'values',
  );
  const result = adapter.fromArrow(
    tableOf(
      schema,
      (isInPlace ? batches : [table]).map(({ numRows }, i) => {
        return { schema, columns: reduced.map((chunks) => chunks[i]), numRows };
      }),
    ),
  );

  const columns = fields.map(({ name, type }, k) => ({
    name,
    from: String(type),
    to: String((smaller[k] ?? { type }).type),
    before: byteSizeOf(given[k]),
    after: byteSizeOf(smaller[k] ? [smaller[k]] : reduced[k]),
  }));
  const sum = (side: 'before' | 'after') => columns.reduce((total, column) => total + column[side], 0);
  const made: MemoryReport = {
    before: sum('before'),
    after: sum('after'),
    columns: columns.filter(({ from, to }) => from !== to),
  };
  if (verbose) process.stderr.write(`${describeReport(made)}\n`);
  report?.(made);
  return result as ResultOf<F, 'same'>;
}

/** Cuts a column into the rows of the batches. */
function slicesOf(column: Data, batches: readonly RecordBatch[]): Data[] {
  let row = 0;
  return batches.map(({ numRows }) => {
    const slice = column.slice(row, numRows);
    row += numRows;
    return slice;
  });
}

function describeReport({ before, after }: MemoryReport): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
  const share = before > 0 ? 100 - (100 * after) / before : 0;
  return `Memory: ${megabytes(before)} before, ${megabytes(after)} after (${share.toFixed(1)} % less)`;
}
