import { ApplyError } from '../../errors.js';
import { flag, oneOf, type Rules } from '../../options/index.js';
import { preview } from '../../util/index.js';
import { nameRule } from './name-rule.js';

/** Options of {@link quantiles}. */
export interface QuantilesOptions<Name extends string = string, Label = string | number> {
  /**
   * The keys, one for each bin in ascending order; texts, or numbers. `false` makes the numbers of the bins
   * the keys, from 0.
   * @default the intervals as text, such as `'(0, 10]'`
   */
  labels?: readonly Label[] | false;
  /**
   * Decimals of the edges in intervals; more where two edges would look the same. An edge between -1 and 1
   * has as many significant digits.
   * @default 3
   */
  precision?: number;
  /**
   * `'drop'` makes one edge of equal ones, `'throw'` is an error about them.
   * @default 'throw'
   */
  duplicates?: 'throw' | 'drop';
  /**
   * The name of the key column.
   * @default the name of the column
   */
  name?: Name;
}

/** Options of {@link bins}. */
export interface BinsOptions<Name extends string = string, Label = string | number>
  extends QuantilesOptions<Name, Label> {
  /**
   * The edge that belongs to a bin: `true` the right one, as in `(0, 10]`, `false` the left one, as in
   * `[0, 10)`.
   * @default true
   */
  right?: boolean;
  /**
   * The first bin has its left edge too.
   * @default false
   */
  includeLowest?: boolean;
}

export const quantilesRules: Rules<QuantilesOptions> = {
  labels: [areLabels, 'an array of texts or of numbers, or false'],
  precision: [isPrecision, 'a whole number from 0 to 19'],
  duplicates: oneOf('throw', 'drop'),
  name: nameRule,
};

export const binsRules: Rules<BinsOptions> = { ...quantilesRules, right: flag, includeLowest: flag };

function isPrecision(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 20;
}

function areLabels(value: unknown): boolean {
  if (value === false) return true;
  if (!Array.isArray(value)) return false;
  return (
    value.every((label) => typeof label === 'string') ||
    value.every((label) => typeof label === 'number' && !Number.isNaN(label))
  );
}

/** Throws if there are labels, but not one for each of `count` bins. */
export function checkLabelCount(
  verb: string,
  labels: readonly unknown[] | false | undefined,
  count: number,
): void {
  if (!labels || labels.length === count) return;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb}: ${count} bins need ${count} labels, one for each, got ${labels.length}: ${preview(labels)}`,
  );
}

/** Throws if two labels are equal. */
export function checkLabelsDiffer(verb: string, labels: readonly unknown[] | false | undefined): void {
  if (!labels || new Set(labels).size === labels.length) return;
  const twice = labels.find((label, k) => labels.indexOf(label) !== k);
  throw new ApplyError('ERR_INVALID_OPTION', `${verb}: two labels are ${preview(twice)}; labels must differ`);
}
