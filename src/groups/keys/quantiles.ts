import { type Data, Field, type Table } from 'apache-arrow';
import { ApplyError } from '../../errors.js';
import { checkOptions } from '../../options/index.js';
import { preview } from '../../util/index.js';
import { binKeys, noBins, typeOfBins } from './bin-keys.js';
import { checkLabelCount, checkLabelsDiffer, type QuantilesOptions, quantilesRules } from './bin-options.js';
import type { BinOf } from './bins.js';
import { linspace } from './even-edges.js';
import type { KeyColumn } from './key-column.js';
import { KeyMaker } from './key-maker.js';
import { lazyColumn } from './lazy-column.js';
import { checkColumnName } from './name-rule.js';
import { numberColumn } from './number-column.js';
import { eachBlock } from './numbers.js';
import { orderStatistics } from './order-statistics.js';

/**
 * Groups numbers into bins with about as many rows each. Counterpart of `pd.qcut`, edge for edge: the keys
 * are intervals, or labels, in the order of the bins. The first bin has its left edge too.
 *
 * @param column a column of numbers
 * @param q how many bins to make, or the quantiles themselves, from 0 to 1
 * @throws ApplyError `ERR_INVALID_OPTION`, here or from `groupby`
 * @example
 * const orders = [{ price: 1 }, { price: 2 }, { price: 3 }, { price: 4 }];
 * groupby(orders, quantiles('price', 2)).keys // ['(0.999, 2.5]', '(2.5, 4.0]']
 * groupby(orders, quantiles('price', [0, 0.75, 1], { labels: ['most', 'top'] })).keys // ['most', 'top']
 */
export function quantiles<
  Column extends string,
  const Label extends string | number = never,
  Name extends string = Column,
>(
  column: Column,
  q: number | readonly number[],
  options: QuantilesOptions<Name, Label> & { labels: false },
): KeyMaker<Name, number, Column, number | bigint>;
export function quantiles<
  Column extends string,
  const Label extends string | number = never,
  Name extends string = Column,
>(
  column: Column,
  q: number | readonly number[],
  options?: QuantilesOptions<Name, Label>,
): KeyMaker<Name, BinOf<Label>, Column, number | bigint>;
export function quantiles(
  column: string,
  q: number | readonly number[],
  options: QuantilesOptions = {},
): KeyMaker {
  checkColumnName('quantiles', column);
  checkOptions('quantiles', options, quantilesRules);
  const shares = sharesOf(q);
  checkLabelsDiffer('quantiles', options.labels);
  if (options.duplicates !== 'drop') checkLabelCount('quantiles', options.labels, shares.length - 1);
  return new Quantiles(column, shares, options);
}

class Quantiles extends KeyMaker {
  readonly #column: string;
  readonly #shares: readonly number[];
  readonly #options: QuantilesOptions;

  constructor(column: string, shares: readonly number[], options: QuantilesOptions) {
    super(options.name ?? column, [column]);
    this.#column = column;
    this.#shares = shares;
    this.#options = { ...options };
  }

  keyColumn(table: Table): KeyColumn {
    const whose = `quantiles('${this.#column}')`;
    const column = numberColumn(table, this.#column, whose);
    const { labels, precision = 3, duplicates = 'throw' } = this.#options;
    const field = new Field(this.name, typeOfBins(labels), true);
    return lazyColumn(field, false, () => {
      const numbers = presentNumbers(column.chunks);
      if (numbers.length === 0) return noBins(column, labels);
      const values = quantilesOf(numbers, this.#shares);
      if (values.some(Number.isNaN)) {
        throw new ApplyError(
          'ERR_INVALID_OPTION',
          `${whose}: a quantile lies between infinities, and is no number; leave these rows out, or use bins`,
        );
      }
      const binning = { labels, precision, duplicates, right: true, includeLowest: true };
      return binKeys(column, { values, areIntegers: false }, binning, whose);
    });
  }
}

function sharesOf(q: unknown): readonly number[] {
  if (typeof q === 'number') {
    if (Number.isInteger(q) && q > 0) return evenShares(q);
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `quantiles: a number of bins is a positive whole number, got ${q}`,
    );
  }
  const isShare = (share: unknown) => typeof share === 'number' && share >= 0 && share <= 1;
  if (!Array.isArray(q) || q.length < 2 || !q.every(isShare)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `quantiles: q is how many bins to make, or two or more quantiles from 0 to 1, got ${preview(q)}`,
    );
  }
  const at = q.findIndex((share, k) => k > 0 && share < q[k - 1]);
  if (at < 0) return [...q];
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `quantiles: quantiles must ascend, but ${q[at]} comes after ${q[at - 1]}`,
  );
}

/** Returns k / count, rounded up where the float lies below it, as pandas does. */
const evenShares = (count: number): number[] =>
  linspace(0, 1, count).map((share, k) => (count * share === k ? share : nextUp(share)));

/** Returns the next greater float of a number from 0 to below 2. */
function nextUp(value: number): number {
  const floats = Float64Array.of(value);
  const bits = new BigInt64Array(floats.buffer);
  bits[0] += 1n;
  return floats[0];
}

/** Returns the values without NaN. */
function presentNumbers(chunks: readonly Data[]): Float64Array {
  const all = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let count = 0;
  eachBlock(chunks, (numbers) => {
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i];
      if (!Number.isNaN(value)) all[count++] = value;
    }
  });
  return all.subarray(0, count);
}

/** Interpolates between two values in the arithmetic of `np.quantile`. */
function quantilesOf(numbers: Float64Array, shares: readonly number[]): number[] {
  const last = numbers.length - 1;
  const places = shares.map((share) => {
    const at = Math.min(last * share, last);
    return { before: Math.floor(at), part: at - Math.floor(at) };
  });
  const ranks = places.flatMap(({ before }) => [before, Math.min(before + 1, last)]);
  const numberAt = orderStatistics(numbers, ranks);
  return places.map(({ before, part }) => {
    const low = numberAt(before);
    const high = numberAt(Math.min(before + 1, last));
    // The distance to an infinity is no number.
    if (part === 0 || low === high) return low;
    const distance = high - low;
    return part >= 0.5 ? high - distance * (1 - part) : low + distance * part;
  });
}
