import type { Columns, ColumnVector } from 'apply-parallel';
import type { Airport } from '../fixtures/flights.js';

/** What the features depend on; bound to the function by `partial`. */
export interface FeatureConfig {
  /** A flight is late when it is delayed by more than this many minutes. */
  lateMinutes: number;
  /** Airports with fewer flights are left out. */
  minFlights: number;
  /** How many earlier flights the rolling mean looks back on. */
  window: number;
}

/** A small lookup: the airports by their code. */
export type Airports = Map<string, Airport>;

/**
 * The features of one airport: its flights with seven columns more. It runs once per airport, on whichever
 * core is free, and is an ordinary function that calls ordinary functions: what it uses of this file travels
 * with it.
 *
 * | feature | |
 * |---|---|
 * | `delay_std` | delay, standardised among the flights of this airport |
 * | `late` | delayed by more than `config.lateMinutes` |
 * | `hour`, `weekday` | of departure; Monday is 0 |
 * | `recent_delay` | mean delay of the `config.window` flights before this one; NaN for the first |
 * | `dest_rank` | rank of the destination by number of flights from here, 1 for the busiest |
 * | `in_state` | origin and destination lie in the same state |
 */
export function flightFeatures(
  flights: Columns,
  { config, airports }: { config: FeatureConfig; airports: Airports },
) {
  const delay = toFloats(flights.delay as BigInt64Array);
  if (delay.length < config.minFlights) return null; // too few to say anything: nothing from this airport

  const times = timesOf(flights.date as ColumnVector<number>);
  const { codes, names } = encode(flights.destination as ColumnVector<string>);
  const home = (flights.origin as ColumnVector<string>).get(0) as string;
  const inState = names.map((name) => airports.get(name)?.state === airports.get(home)?.state);
  const ranks = rankByTraffic(codes, names);

  return {
    ...flights, // the columns that came in go out as they are
    delay_std: standardise(delay),
    late: isAbove(delay, config.lateMinutes),
    hour: hours(times),
    weekday: weekdays(times),
    recent_delay: rollingMean(delay, orderOf(times), config.window),
    dest_rank: new Uint16Array(pick(ranks, codes)),
    in_state: pick(inState, codes),
  };
}

/** Mean 0 and (sample) standard deviation 1, as pandas' `(x - x.mean()) / x.std()`. */
export function standardise(x: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  const mean = sum / x.length;
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] - mean) ** 2;
  const std = Math.sqrt(squares / (x.length - 1));
  return x.map((value) => (value - mean) / std);
}

/**
 * Mean of up to `window` values that come before each value in `order`; NaN for the first, which has none.
 * One pass: a running sum gains the newest value and loses the oldest.
 */
export function rollingMean(x: Float64Array, order: Uint32Array, window: number): Float64Array {
  const means = new Float64Array(x.length);
  let sum = 0;
  for (let i = 0; i < order.length; i++) {
    means[order[i]] = sum / Math.min(i, window); // 0 / 0 is the first one's NaN
    sum += x[order[i]];
    if (i >= window) sum -= x[order[i - window]];
  }
  return means;
}

/**
 * Row numbers in order of time; of equal times, the earlier row first. Logs mostly are in order, so that is
 * looked at first.
 */
export function orderOf(times: Float64Array): Uint32Array {
  const order = new Uint32Array(times.length);
  let sorted = true;
  for (let i = 0; i < order.length; i++) {
    order[i] = i;
    if (i > 0 && times[i] < times[i - 1]) sorted = false;
  }
  return sorted ? order : order.sort((a, b) => times[a] - times[b]);
}

/** Distinct values numbered by first appearance, and each row's number. */
export function encode(values: ColumnVector<string>): { codes: Uint32Array; names: string[] } {
  const codes = new Uint32Array(values.length);
  const known = new Map<string, number>();
  for (let i = 0; i < codes.length; i++) {
    const name = values.get(i) as string;
    const code = known.get(name) ?? known.size;
    if (code === known.size) known.set(name, code);
    codes[i] = code;
  }
  return { codes, names: [...known.keys()] };
}

/**
 * Rank of each code by how often it occurs, 1 for the most frequent; of equally frequent ones, the first by
 * name.
 */
export function rankByTraffic(codes: Uint32Array, names: string[]): number[] {
  const count = new Uint32Array(names.length);
  for (let i = 0; i < codes.length; i++) count[codes[i]]++;
  const byTraffic = [...names.keys()].sort((a, b) => count[b] - count[a] || (names[a] < names[b] ? -1 : 1));
  const rank: number[] = [];
  byTraffic.forEach((code, position) => {
    rank[code] = position + 1;
  });
  return rank;
}

const HOUR = 3_600_000;

/** Hour of the day, 0-23. Times are local times as they were stored. */
export function hours(times: Float64Array): Uint8Array {
  const hour = new Uint8Array(times.length);
  for (let i = 0; i < hour.length; i++) hour[i] = Math.floor(times[i] / HOUR) % 24;
  return hour;
}

/** Day of the week, Monday = 0 as in pandas. 1970 began on a Thursday. */
export function weekdays(times: Float64Array): Uint8Array {
  const weekday = new Uint8Array(times.length);
  for (let i = 0; i < weekday.length; i++) weekday[i] = (Math.floor(times[i] / (24 * HOUR)) + 3) % 7;
  return weekday;
}

function isAbove(x: Float64Array, limit: number): boolean[] {
  const above = new Array<boolean>(x.length);
  for (let i = 0; i < x.length; i++) above[i] = x[i] > limit;
  return above;
}

/** Each row's value, by the row's code. */
function pick<T>(values: T[], codes: Uint32Array): T[] {
  const picked = new Array<T>(codes.length);
  for (let i = 0; i < codes.length; i++) picked[i] = values[codes[i]];
  return picked;
}

function toFloats(values: BigInt64Array): Float64Array {
  const floats = new Float64Array(values.length);
  for (let i = 0; i < floats.length; i++) floats[i] = Number(values[i]);
  return floats;
}

function timesOf(dates: ColumnVector<number>): Float64Array {
  const times = new Float64Array(dates.length);
  for (let i = 0; i < times.length; i++) times[i] = dates.get(i) as number;
  return times;
}
