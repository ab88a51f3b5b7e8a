import { type DataType, type Decimal, Type } from 'apache-arrow';

/**
 * Returns values of a column as texts for people to read; undefined for one that is missing. Fractions have
 * at most four decimals, times are in UTC.
 */
export function cellTexts(type: DataType, values: readonly unknown[]): (string | undefined)[] {
  const write = valueWriter(type, values);
  return values.map((value) => (value === null || value === undefined ? undefined : write(value)));
}

const NUMERIC_TYPES: ReadonlySet<Type> = new Set([Type.Int, Type.Float, Type.Decimal, Type.Duration]);

/** Tells whether values of this type are numbers, which tables align to the right. */
export const isNumeric = (type: DataType): boolean => NUMERIC_TYPES.has(type.typeId as Type);

function valueWriter(type: DataType, values: readonly unknown[]): (value: unknown) => string {
  switch (type.typeId as Type) {
    case Type.Float: {
      const decimals = values.reduce((most: number, value) => Math.max(most, decimalsOf(value)), 0);
      const isTiny = values.every((value) => !(Math.abs(value as number) >= LEAST));
      return (value) => writeNumber(value as number, decimals, isTiny);
    }
    case Type.Decimal: {
      const { scale } = type as Decimal;
      return (value) => {
        const digits = String(value);
        return scale > 0 ? withPoint(digits, scale) : digits;
      };
    }
    case Type.Date:
    case Type.Timestamp:
      return timeWriter(values);
    case Type.Dictionary:
      return valueWriter((type as DataType & { dictionary: DataType }).dictionary, values);
    default:
      return String;
  }
}

/** Writes all times of a column as finely as one of them needs: as days, to the second or millisecond. */
function timeWriter(values: readonly unknown[]): (value: unknown) => string {
  const times = values.filter((value) => value !== null && value !== undefined).map(isoTime);
  const surplus = times.every((text) => text?.endsWith('T00:00:00.000Z') ?? true)
    ? 'T00:00:00.000Z'
    : times.every((text) => text?.endsWith('.000Z') ?? true)
      ? '.000Z'
      : 'Z';
  return (value) => isoTime(value)?.slice(0, -surplus.length).replace('T', ' ') ?? String(value);
}

/** Returns undefined for a time that no Date can hold; files may have such times. */
function isoTime(value: unknown): string | undefined {
  const time = new Date(Number(value));
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

const MOST_DECIMALS = 4;
/**
 * Numbers are written with an exponent if the whole column is smaller: four decimals would show little or
 * nothing.
 */
const LEAST = 0.001;

/**
 * Returns how many decimals a number needs. All numbers of a column get the most that one of them needs, as
 * in pandas.
 */
function decimalsOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) >= 1e15) return 0;
  let decimals = 0;
  while (decimals < MOST_DECIMALS && Number(value.toFixed(decimals)) !== value) decimals++;
  return decimals;
}

function writeNumber(value: number, decimals: number, isTiny: boolean): string {
  if (!Number.isFinite(value)) return String(value);
  return (isTiny && value !== 0) || Math.abs(value) >= 1e15
    ? value.toExponential(3)
    : value.toFixed(decimals);
}

function withPoint(digits: string, scale: number): string {
  const [sign, whole] = digits.startsWith('-') ? ['-', digits.slice(1)] : ['', digits];
  const padded = whole.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
