import type { PeriodText } from 'apply-parallel';
import { Random } from '../../../support/random-data.js';
import type {
  BinsCase,
  EveryCase,
  JsonNumber,
  KeyCase,
  KeyFromCase,
  NumberType,
  QuantilesCase,
} from './case.js';
import { jsonOf } from './case.js';

/** Draws the case of a number: the same one every time. */
export function drawKeyCase(seed: number): KeyCase {
  const random = new Random(seed);
  return random.pick([drawEvery, drawEvery, drawBins, drawQuantiles, drawKeyFrom])(random);
}

/**
 * Zones and days on which their clocks change: forward, backward, at midnight, by half an hour, by a whole
 * day.
 */
const zones: readonly (readonly [zone: string, changes: readonly string[]])[] = [
  ['America/New_York', ['2024-03-10T07:00Z', '2024-11-03T06:00Z', '2006-04-02T07:00Z']],
  ['Europe/Berlin', ['2024-03-31T01:00Z', '2024-10-27T01:00Z', '1980-04-06T01:00Z']],
  ['Australia/Lord_Howe', ['2024-04-06T15:00Z', '2023-09-30T15:30Z']],
  ['America/Sao_Paulo', ['2018-11-04T03:00Z', '2018-02-18T02:00Z', '2000-10-08T03:00Z']],
  ['America/Havana', ['2023-03-12T05:00Z', '2023-11-05T05:00Z']],
  ['Pacific/Apia', ['2011-12-30T10:00Z', '2012-03-31T14:00Z']],
  ['Asia/Beirut', ['2022-03-26T22:00Z', '2022-10-29T21:00Z']],
  ['America/St_Johns', ['2010-03-14T03:31Z', '2010-11-07T02:31Z']],
  ['Asia/Kolkata', ['2024-01-01T00:00Z']],
  ['UTC', ['1970-01-01T00:00Z', '2024-02-29T00:00Z']],
  ['+05:30', ['2024-01-01T00:00Z']],
];

const HOUR = 3_600;
const spreads = [HOUR, 6 * HOUR, 48 * HOUR, 60 * 24 * HOUR, 3 * 366 * 24 * HOUR, 40 * 366 * 24 * HOUR];
const dayPeriods: PeriodText[] = ['1d', '2d', '10d', '1w', '3w', '1mo', '2mo', '1q', '2q', '1y', '5y'];
const clockTimes: PeriodText[] = ['1s', '7s', '1m', '15m', '90min', '1h', '2h', '5h', '6h', '12h', '24h'];
const short: PeriodText[] = ['100ms', '250ms', '1500ms'];

function drawEvery(random: Random): EveryCase {
  const unit = random.pick(['D', 's', 'ms', 'us', 'ns'] as const);
  const [zone, changes] = random.pick(zones);
  const isDates = unit === 'D';
  const period = random.pick([
    ...dayPeriods,
    ...(isDates ? (['1h', '6h'] as const) : clockTimes),
    ...(isDates || unit === 's' ? [] : short),
  ]);
  const center = Date.parse(random.pick(changes)) / 1000;
  const spread = random.pick(spreads);
  const perSecond = { D: 1, s: 1, ms: 1e3, us: 1e6, ns: 1e9 }[unit];
  const times = Array.from({ length: random.pick([0, 1, 5, 20, 60]) }, () => {
    if (random.chance(0.1)) return null;
    let second = center + Math.floor((random.word() / 2 ** 32 - 0.5) * 2 * spread);
    // Often on the hour, the minute or the day: on the edges.
    if (random.chance(0.4)) second -= second % random.pick([60, 1800, HOUR, 24 * HOUR]);
    if (isDates) return String(Math.floor(second / (24 * HOUR)));
    const fraction = random.chance(0.5) ? 0 : random.below(perSecond);
    return String(BigInt(second) * BigInt(perSecond) + BigInt(fraction));
  });
  const inType = !isDates && random.chance(0.5);
  return {
    kind: 'every',
    unit,
    zone: inType ? zone : null,
    times,
    period,
    options: everyOptions(random, period, isDates || inType ? undefined : zone),
  };
}

function everyOptions(
  random: Random,
  period: PeriodText,
  timeZone: string | undefined,
): EveryCase['options'] {
  const zoned = timeZone === undefined ? {} : { timeZone };
  if (random.chance(0.7)) return zoned;
  if (period.endsWith('w') && random.chance(0.7)) {
    return { ...zoned, weekStart: random.pick(['sunday', 'monday', 'wednesday', 'saturday'] as const) };
  }
  // pandas is asked for origins of whole periods only.
  if (period.endsWith('ms') || /^\d+h$/.test(period)) return zoned;
  const ofMonths = /(mo|q|y)$/.test(period);
  return {
    ...zoned,
    origin: random.pick(ofMonths ? ['2024-04-01', '1999-12-01'] : ['2024-04-03', '1999-12-31']),
  };
}

const numberTypes = ['int8', 'uint8', 'int32', 'int64', 'uint64', 'float32', 'float64', 'float64'] as const;

function drawNumbers(random: Random, dtype: NumberType): (JsonNumber | null)[] {
  const nulls = random.pick([0, 0, 0.2, 1]);
  const isFloat = dtype.startsWith('float');
  const infinities = isFloat && random.chance(0.25);
  const scale = random.pick([1, 1, 0.1, 1e-7, 1e9]);
  // Few distinct values make ties.
  const distinct = random.pick([3, 10, 1000]);
  const pool = Array.from({ length: distinct }, () => {
    if (!isFloat)
      return dtype === 'int8' ? random.below(200) - 100 : random.below(120) - (dtype[0] === 'u' ? 0 : 40);
    if (infinities && random.chance(0.2)) return random.chance(0.5) ? Infinity : -Infinity;
    const value = (random.below(20_001) - 8_000) / random.pick([1, 16, 7, 100]);
    return dtype === 'float32' ? Math.fround(value * scale) : value * scale;
  });
  return Array.from({ length: random.pick([0, 1, 2, 7, 30, 100]) }, () => {
    if (random.chance(nulls)) return isFloat && random.chance(0.5) ? 'nan' : null;
    const value = random.pick(pool);
    return dtype.endsWith('64') && !isFloat ? String(value) : jsonOf(value);
  });
}

function drawBins(random: Random): BinsCase {
  const dtype = random.pick(numberTypes);
  const values = drawNumbers(random, dtype);
  const edges = random.chance(0.25) ? 1 + random.below(6) : drawEdges(random, values);
  const count = typeof edges === 'number' ? edges : edges.length - 1;
  return {
    kind: 'bins',
    dtype,
    values,
    edges,
    floatEdges: random.chance(0.3),
    options: {
      ...drawOptions(random, count),
      ...(random.chance(0.3) && { right: random.chance(0.4) }),
      ...(random.chance(0.3) && { includeLowest: true }),
    },
  };
}

function drawEdges(random: Random, values: readonly (JsonNumber | null)[]): JsonNumber[] {
  const known = values.flatMap((value) => {
    const number = value === null ? Number.NaN : Number(value);
    return Number.isFinite(number) ? [number] : [];
  });
  const whole = random.chance(0.4);
  const edges = Array.from({ length: 2 + random.below(6) }, () => {
    if (random.chance(0.08)) return random.chance(0.5) ? Infinity : -Infinity;
    const edge =
      known.length > 0 && random.chance(0.6)
        ? random.pick(known)
        : (random.below(4001) - 2000) / random.pick([10, 16, 3]);
    return whole ? Math.round(edge) : edge;
  }).sort((a, b) => a - b);
  // No ties of 0 and -0.
  const plain = edges.map((edge) => edge + 0);
  const distinct = random.chance(0.85) ? [...new Set(plain)] : plain;
  return (distinct.length < 2 ? [0, 10] : distinct).map(jsonOf);
}

function drawQuantiles(random: Random): QuantilesCase {
  const dtype = random.pick(numberTypes);
  const lists = [
    [0, 0.5, 1],
    [0, 0.1, 0.9, 1],
    [0.25, 0.75],
    [0, 1 / 3, 2 / 3, 1],
    [0, 0, 1],
  ];
  const q = random.chance(0.7) ? 1 + random.below(12) : random.pick(lists);
  const count = typeof q === 'number' ? q : q.length - 1;
  return {
    kind: 'quantiles',
    dtype,
    values: drawNumbers(random, dtype),
    q,
    options: drawOptions(random, count),
  };
}

function drawOptions(random: Random, count: number): QuantilesCase['options'] {
  const labels = random.pick([undefined, undefined, false, 'texts', 'numbers'] as const);
  return {
    ...(labels === false && { labels }),
    ...(labels === 'texts' && {
      labels: Array.from({ length: count }, (_, k) => `b${(k * 7) % count}_${k}`),
    }),
    ...(labels === 'numbers' && { labels: Array.from({ length: count }, (_, k) => 10 * (count - k)) }),
    ...(random.chance(0.3) && { precision: random.below(7) }),
    ...(random.chance(0.5) && { duplicates: 'drop' as const }),
  };
}

function drawKeyFrom(random: Random): KeyFromCase {
  const dtype = random.pick(numberTypes);
  const fn = random.pick(['tens', 'sign', 'text', 'isLarge'] as const);
  return { kind: 'keyFrom', dtype, values: drawNumbers(random, dtype), fn };
}
