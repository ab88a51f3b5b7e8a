import { type Data, type DataType, Dictionary, Float64, Int32, Utf8, Vector } from 'apache-arrow';
import { allocateShared, dataOf, ValidityBuilder } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { inferColumn } from '../../frame/index.js';
import { areExactFloats, type Bins, type ChunkedColumn, factorizeCells } from '../../split/index.js';
import { type Edges, type IntervalStyle, intervalLabels } from './interval-labels.js';
import { type Numbers, numbersOf } from './numbers.js';
import { inSharedMemory } from './shared-validity.js';

/** The keys of bins: given labels, intervals as text (undefined), or the numbers of the bins (false). */
export type BinLabels = readonly (string | number)[] | false | undefined;

/** The bins that values are sorted into. */
export interface Binning extends IntervalStyle {
  readonly labels: BinLabels;
  readonly duplicates: 'throw' | 'drop';
}

/** Returns the type of the keys that labels give. */
export function typeOfBins(labels: BinLabels): DataType {
  if (labels === false) return new Int32();
  const isText = labels === undefined || typeof labels[0] === 'string';
  return new Dictionary(isText ? new Utf8() : new Float64(), new Int32(), null, true);
}

/**
 * Returns the bin of each row: an ordered dictionary of all labels, or the number of the bin. Rows outside
 * all bins are null.
 */
export function binKeys(
  column: Pick<ChunkedColumn, 'type' | 'chunks'>,
  { values: given, areIntegers }: Edges,
  binning: Binning,
  whose: string,
): ChunkedColumn {
  const values = distinctEdges(given, binning, whose);
  const type = typeOfBins(binning.labels);
  const labels = labelsOf({ values, areIntegers }, binning, whose);
  const dictionary = labels && new Vector([inferColumn(labels, whose).data]);
  const { chunks } = column;
  if (!areExactFloats(column)) return { type, chunks: [slowRows(type, chunks, values, binning, dictionary)] };
  const bins: Bins = {
    edges: Float64Array.from(values),
    right: binning.right,
    includeLowest: binning.includeLowest,
  };
  let made: Data[] | undefined;
  return {
    type,
    periodKeys: {
      column: { type: new Int32(), chunks, cells: bins },
      keysOf: (numbers) => dataOf(type, numbers.length, 0, { values: numbers }, { dictionary }),
    },
    get chunks() {
      made ??= [rowsOfBins(type, chunks, bins, dictionary)];
      return made;
    },
  };
}

function rowsOfBins(type: DataType, chunks: readonly Data[], bins: Bins, dictionary?: Vector): Data {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const values = new Int32Array(allocateShared(length * 4).buffer);
  const { periods } = factorizeCells(chunks, bins, values);
  const validity = new ValidityBuilder(length);
  for (let row = 0; row < length; row++) {
    const code = values[row];
    if (code >= 0) values[row] = periods[code];
    else {
      values[row] = 0;
      validity.setNull(row);
    }
  }
  const buffers = { values, validity: inSharedMemory(validity) };
  return dataOf(type, length, validity.nulls, buffers, { dictionary });
}

/** Returns the rows of numbers that no float may hold. */
function slowRows(
  type: DataType,
  chunks: readonly Data[],
  edges: readonly number[],
  binning: Binning,
  dictionary?: Vector,
): Data {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const codes = new Int32Array(allocateShared(length * 4).buffer);
  const validity = new ValidityBuilder(length);
  let row = 0;
  for (const chunk of chunks) {
    addCodes(numbersOf(chunk), edges, binning, row, codes, validity);
    row += chunk.length;
  }
  const buffers = { values: codes, validity: inSharedMemory(validity) };
  return dataOf(type, length, validity.nulls, buffers, { dictionary });
}

/** Returns no bins for a column without values, from which no edges can be found. */
export function noBins({ chunks }: Pick<ChunkedColumn, 'chunks'>, labels: BinLabels): ChunkedColumn {
  const type = typeOfBins(labels);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const validity = new ValidityBuilder(length);
  for (let row = 0; row < length; row++) validity.setNull(row);
  const buffers = {
    values: new Int32Array(allocateShared(length * 4).buffer),
    validity: inSharedMemory(validity),
  };
  const dictionary =
    labels === false
      ? undefined
      : new Vector([labels?.length ? inferColumn(labels, '').data : emptyLabels(type as Dictionary)]);
  return { type, chunks: [dataOf(type, length, validity.nulls, buffers, { dictionary })] };
}

const emptyLabels = ({ dictionary }: Dictionary): Data =>
  dictionary.typeId === new Utf8().typeId
    ? dataOf(dictionary, 0, 0, { offsets: new Int32Array(1), values: new Uint8Array(0) })
    : dataOf(dictionary, 0, 0, { values: new Float64Array(0) });

/** Two edges may be equal, as in pandas: their bin has no value, or one with `includeLowest`. */
function distinctEdges(edges: readonly number[], { duplicates }: Binning, whose: string): readonly number[] {
  const distinct = [...new Set(edges)];
  if (distinct.length === edges.length || edges.length === 2) return edges;
  if (duplicates === 'drop') return distinct;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${whose}: the edges ${edges.join(', ')} are not all different; ` +
      "{ duplicates: 'drop' } makes one edge of equal ones",
  );
}

function labelsOf(edges: Edges, binning: Binning, whose: string): readonly (string | number)[] | undefined {
  const { labels } = binning;
  if (labels === false) return undefined;
  const bins = Math.max(edges.values.length - 1, 0);
  if (labels !== undefined && labels.length !== bins) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `${whose}: ${edges.values.length} edges make ${bins} bins, but there are ${labels.length} labels`,
    );
  }
  const made = labels ?? intervalLabels(edges, binning);
  const twice = made.find((label, k) => made.indexOf(label) !== k);
  if (twice === undefined) return made;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    labels
      ? `${whose}: two labels are ${JSON.stringify(twice)}; labels must differ`
      : `${whose}: two bins are ${twice}, rounded to ${binning.precision} decimals; give labels`,
  );
}

/** Writes the bin of each number as `np.searchsorted` finds it, or null. */
function addCodes(
  numbers: Numbers,
  edges: readonly number[],
  { right, includeLowest }: IntervalStyle,
  row: number,
  codes: Int32Array,
  validity: ValidityBuilder,
): void {
  const last = edges.length;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    let bin = right ? edgesBelow(edges, value) : edgesUpTo(edges, value);
    if (includeLowest && value === edges[0]) bin = 1;
    if (bin === 0 || bin === last || Number.isNaN(value)) validity.setNull(row + i);
    else codes[row + i] = bin - 1;
  }
}

function edgesBelow(edges: readonly number[], value: number | bigint): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function edgesUpTo(edges: readonly number[], value: number | bigint): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
