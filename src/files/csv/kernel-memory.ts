import { dayNumber } from './times.js';

/* The kernel's memory: where each area lies, and the tables that it reads. */

/** Bytes of text in the kernel's memory. Longer lines are read without it. */
export const TEXT_BYTES = 256 * 1024;
export const MAX_FIELDS = 32 * 1024;

/** Bytes around each area, since the kernel reads and writes whole vectors. */
const MARGIN = 64;
const PAGE = 65_536;
/** The compiler keeps the first bytes for itself. */
const FIRST = 1024;

/** The places of areas in the kernel's memory. */
export const areas = layOut({
  text: TEXT_BYTES,
  starts: MAX_FIELDS * 4,
  ends: MAX_FIELDS * 4,
  kinds: MAX_FIELDS,
  lines: MAX_FIELDS * 4,
  /** Values of a column; of texts, their ends. */
  values: MAX_FIELDS * 8,
  /** The texts of a column. */
  texts: TEXT_BYTES,
  nulls: MAX_FIELDS * 4,
  result: 64,
  powers: 1024,
  days: 40_000 + 24 * 4,
});

export const kernelPages = Math.ceil(areas.end / PAGE);

function layOut<Name extends string>(sizes: { readonly [N in Name]: number }) {
  let at = FIRST;
  const places = {} as { [N in Name | 'end']: number };
  for (const [name, size] of Object.entries(sizes) as [Name, number][]) {
    at += MARGIN;
    places[name] = at;
    at += Math.ceil(size / MARGIN) * MARGIN;
  }
  places.end = at + MARGIN;
  return places as { readonly [N in Name | 'end']: number };
}

/** The places in the table of powers: as whole numbers, as floats, and the reciprocals of powers of five. */
const FLOAT_POWERS = 160;
const RECIPROCALS = 352;
const LOW_HALF = 2n ** 64n - 1n;

/** Fills the tables of powers and days. */
export function fillTables(buffer: ArrayBuffer): void {
  const powers = new DataView(buffer, areas.powers);
  for (let k = 0; k < 20; k++) powers.setBigUint64(k * 8, 10n ** BigInt(k), true);
  for (let k = 0; k <= 22; k++) {
    powers.setFloat64(FLOAT_POWERS + k * 8, 10 ** k, true);
    const reciprocal = reciprocalOf(5n ** BigInt(k));
    powers.setBigUint64(RECIPROCALS + k * 16, reciprocal >> 64n, true);
    powers.setBigUint64(RECIPROCALS + k * 16 + 8, reciprocal & LOW_HALF, true);
  }
  const days = new Int32Array(buffer, areas.days, 10_024);
  for (let year = 0; year < 10_000; year++) days[year] = dayNumber(year, 1, 1);
  for (let month = 1; month <= 12; month++) {
    days[9_999 + month] = dayNumber(1970, month, 1);
    days[10_011 + month] = dayNumber(1972, month, 1) - dayNumber(1972, 1, 1);
  }
}

/** Returns the first 128 bits of 1 / power, rounded up unless they are exact. */
function reciprocalOf(power: bigint): bigint {
  if (power === 1n) return 1n << 127n;
  const bits = BigInt((power - 1n).toString(2).length);
  return (1n << (bits + 127n)) / power + 1n;
}
