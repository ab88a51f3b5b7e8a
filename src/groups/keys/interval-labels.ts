import { pythonFloat } from './python-float.js';

/** Edges of bins in ascending order, and how intervals between them are written. */
export interface Edges {
  readonly values: readonly number[];
  /** True if labels show them as integers: `(0, 10]` and not `(0.0, 10.0]`. */
  readonly areIntegers: boolean;
}

export interface IntervalStyle {
  /** True if the right end belongs to the interval, false for the left one. */
  readonly right: boolean;
  readonly includeLowest: boolean;
  /** Decimals of the edges in labels; more if two edges would look the same. */
  readonly precision: number;
}

/** Returns the labels that pandas gives to the intervals between edges. */
export function intervalLabels({ values, areIntegers }: Edges, style: IntervalStyle): string[] {
  const precision = enoughPrecision(values, style.precision);
  const breaks = values.map((value) => roundFraction(value, precision));
  const isLowered = style.right && style.includeLowest;
  if (isLowered) breaks[0] -= Number(`1e-${precision}`);
  // Without decimals the first edge is lowered by the integer 1.
  const showIntegers = areIntegers && (!isLowered || precision === 0);
  const texts = breaks.map((value) => (showIntegers ? String(value) : pythonFloat(value)));
  const [open, close] = style.right ? '(]' : '[)';
  return texts.slice(1).map((text, k) => `${open}${texts[k]}, ${text}${close}`);
}

/** Returns the least number of decimals, from `least` on, with which all edges differ. */
function enoughPrecision(values: readonly number[], least: number): number {
  const count = new Set(values).size;
  for (let precision = least; precision < 20; precision++) {
    const levels = new Set(values.map((value) => roundFraction(value, precision)));
    if (levels.size === count) return precision;
  }
  return least;
}

/** Rounds to decimals; a fraction without a whole part keeps as many significant digits. */
function roundFraction(value: number, precision: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const digits =
    Math.trunc(value) === 0 ? -Math.floor(Math.log10(Math.abs(value))) - 1 + precision : precision;
  const scale = 10 ** Math.abs(digits);
  return digits < 0 ? roundHalfEven(value / scale) * scale : roundHalfEven(value * scale) / scale;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  // A value below zero rounds to -0, as in numpy.
  return floor === -1 ? -0 : floor + 1;
}
