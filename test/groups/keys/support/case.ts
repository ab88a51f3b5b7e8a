import type { BinsOptions, EveryOptions, PeriodText, QuantilesOptions } from 'apply-parallel';

/*
 * A question to a key maker and to pandas, as JSON: what is the key of each row? 64-bit integers are texts
 * there, and NaN and the infinities 'nan', 'inf' and '-inf'.
 */

export type JsonNumber = number | string;

export interface EveryCase {
  readonly kind: 'every';
  /** The unit of the column: D for dates in days. */
  readonly unit: 'D' | 's' | 'ms' | 'us' | 'ns';
  /** The time zone of the column's type. */
  readonly zone: string | null;
  readonly times: readonly (string | null)[];
  readonly period: PeriodText;
  readonly options: Pick<EveryOptions, 'timeZone' | 'weekStart'> & { readonly origin?: string };
}

export interface BinsCase {
  readonly kind: 'bins';
  readonly dtype: NumberType;
  readonly values: readonly (JsonNumber | null)[];
  readonly edges: number | readonly JsonNumber[];
  /** The edges are a Float64Array. */
  readonly floatEdges: boolean;
  readonly options: BinsOptions;
}

export interface QuantilesCase {
  readonly kind: 'quantiles';
  readonly dtype: NumberType;
  readonly values: readonly (JsonNumber | null)[];
  readonly q: number | readonly number[];
  readonly options: QuantilesOptions;
}

export interface KeyFromCase {
  readonly kind: 'keyFrom';
  readonly dtype: NumberType;
  readonly values: readonly (JsonNumber | null)[];
  /** Which of the functions that both sides have. */
  readonly fn: 'tens' | 'sign' | 'text' | 'isLarge';
}

export type NumberType = 'int8' | 'uint8' | 'int32' | 'int64' | 'uint64' | 'float32' | 'float64';

export type KeyCase = EveryCase | BinsCase | QuantilesCase | KeyFromCase;

/** What pandas made of a case. */
export interface KeyAnswer {
  /** The key of each row as text; that of `every` as ticks of the column's unit. */
  readonly keys?: readonly (string | null)[];
  /** The keys of the groups in their order. */
  readonly groups?: readonly string[];
  /** The bin of each row. */
  readonly codes?: readonly (number | null)[];
  /** The labels of all bins; null if the numbers of the bins are the keys. */
  readonly labels?: readonly (string | number)[] | null;
  /** pandas refuses the case. */
  readonly error?: string;
  /** pandas failed for another reason; no case is to have this. */
  readonly failure?: string;
}

export const jsonOf = (value: number): JsonNumber =>
  Number.isNaN(value) ? 'nan' : Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';

export const numberOf = (value: JsonNumber): number =>
  value === 'inf' || value === '-inf' ? (value === 'inf' ? Infinity : -Infinity) : Number(value);
