import { Field, type Table } from 'apache-arrow';
import { ApplyError } from '../../errors.js';
import { checkOptions } from '../../options/index.js';
import { preview } from '../../util/index.js';
import { binKeys, noBins, typeOfBins } from './bin-keys.js';
import { type BinsOptions, binsRules, checkLabelCount, checkLabelsDiffer } from './bin-options.js';
import { evenEdges } from './even-edges.js';
import type { Edges } from './interval-labels.js';
import type { KeyColumn } from './key-column.js';
import { KeyMaker } from './key-maker.js';
import { lazyColumn } from './lazy-column.js';
import { checkColumnName } from './name-rule.js';
import { numberColumn } from './number-column.js';

/** The keys of bins with labels of a type: the labels, or intervals as text where there are none. */
export type BinOf<Label> = [Label] extends [never] ? string : Label;

/**
 * Groups numbers by the bin that they lie in. Counterpart of `pd.cut`, edge for edge: the keys are intervals
 * such as `(0, 10]`, or labels, in the order of the bins. A number in no bin has no key, and NaN has none.
 *
 * @param column a column of numbers
 * @param edges the edges of the bins, ascending, infinities allowed; or how many bins of equal width to make
 *   between the least and the greatest number, which is a thousandth more on one side, as in pandas
 * @throws ApplyError `ERR_INVALID_OPTION`, here or from `groupby`
 * @example
 * const orders = [{ price: 4 }, { price: 10 }, { price: 250 }];
 * groupby(orders, bins('price', [0, 10, 100, Infinity])).keys // ['(0.0, 10.0]', '(100.0, inf]']
 * groupby(orders, bins('price', [0, 100, 1000], { labels: ['small', 'large'] })).keys // ['small', 'large']
 */
export function bins<
  Column extends string,
  const Label extends string | number = never,
  Name extends string = Column,
>(
  column: Column,
  edges: ArrayLike<number> | number,
  options: BinsOptions<Name, Label> & { labels: false },
): KeyMaker<Name, number, Column, number | bigint>;
export function bins<
  Column extends string,
  const Label extends string | number = never,
  Name extends string = Column,
>(
  column: Column,
  edges: ArrayLike<number> | number,
  options?: BinsOptions<Name, Label>,
): KeyMaker<Name, BinOf<Label>, Column, number | bigint>;
export function bins(column: string, edges: ArrayLike<number> | number, options: BinsOptions = {}): KeyMaker {
  checkColumnName('bins', column);
  checkOptions('bins', options, binsRules);
  const checked = checkEdges(edges);
  checkLabelsDiffer('bins', options.labels);
  if (typeof checked === 'number') checkLabelCount('bins', options.labels, checked);
  else if (options.duplicates !== 'drop') checkLabelCount('bins', options.labels, checked.values.length - 1);
  return new Bins(column, checked, options);
}

class Bins extends KeyMaker {
  readonly #column: string;
  readonly #edges: Edges | number;
  readonly #options: BinsOptions;

  constructor(column: string, edges: Edges | number, options: BinsOptions) {
    super(options.name ?? column, [column]);
    this.#column = column;
    this.#edges = edges;
    this.#options = { ...options };
  }

  keyColumn(table: Table): KeyColumn {
    const whose = `bins('${this.#column}')`;
    const column = numberColumn(table, this.#column, whose);
    const {
      labels,
      right = true,
      includeLowest = false,
      precision = 3,
      duplicates = 'throw',
    } = this.#options;
    const field = new Field(this.name, typeOfBins(labels), true);
    return lazyColumn(field, false, () => {
      const edges =
        typeof this.#edges === 'number' ? evenEdges(column.chunks, this.#edges, right, whose) : this.#edges;
      if (edges === undefined) return noBins(column, labels);
      return binKeys(column, edges, { labels, right, includeLowest, precision, duplicates }, whose);
    });
  }
}

function checkEdges(given: unknown): Edges | number {
  if (typeof given === 'number') {
    if (Number.isInteger(given) && given > 0) return given;
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `bins: a number of bins is a positive whole number, got ${given}`,
    );
  }
  const isList = Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
  const values = isList ? Array.from(given as ArrayLike<number>) : [];
  if (values.length < 2 || !values.every((edge) => typeof edge === 'number' && !Number.isNaN(edge))) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `bins: edges are two or more numbers, or one for how many bins to make, got ${preview(given)}`,
    );
  }
  const at = values.findIndex((edge, k) => k > 0 && edge < values[k - 1]);
  if (at > 0) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `bins: edges must ascend, but ${values[at]} comes after ${values[at - 1]}`,
    );
  }
  const isOfFloats = given instanceof Float64Array || given instanceof Float32Array;
  return { values, areIntegers: !isOfFloats && values.every(Number.isInteger) };
}
