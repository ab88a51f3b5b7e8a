import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  Table as ArrowTable,
  DateDay,
  DateMillisecond,
  makeVector,
  type Table,
  Timestamp,
  TimeUnit,
  tableFromArrays,
  vectorFromArray,
} from 'apache-arrow';
import {
  type ApplyError,
  applyParallel,
  type EveryOptions,
  every,
  groupby,
  type KeyMaker,
  type PeriodText,
  shutdown,
} from 'apply-parallel';
import { table as arqueroTable } from 'arquero';
import { DataFrame } from 'danfojs-node';
import { chunksOf } from '../../support/cells.js';

after(() => shutdown());

const hour = 3_600_000;
const at = (text: string) => new Date(text);
const rows = ['2024-03-31T00:30Z', '2024-03-30T23:30Z', '2024-03-31T22:30Z', '2024-03-30T12:00Z'].map(
  (text, x) => ({
    at: at(text),
    x,
  }),
);
const invalid = { code: 'ERR_INVALID_OPTION' };

describe('every', () => {
  test('kinds of frames: keys of the column’s own kind', () => {
    const byDay = every('at', '1d', { timeZone: 'Europe/Berlin' });
    const days = [at('2024-03-29T23:00Z'), at('2024-03-30T23:00Z'), at('2024-03-31T22:00Z')];
    const dates = rows.map((row) => row.at);
    assert.deepEqual(groupby(rows, byDay).keys, days);
    assert.deepEqual(groupby(rows, byDay).sizes(), [1, 2, 1]);
    assert.deepEqual(groupby({ at: dates, x: [1, 2, 3, 4] }, byDay).keys, days);
    const arrow = tableFromArrays({ at: dates });
    assert.deepEqual(groupby(arrow, byDay).keys, days.map(Number));
    assert.deepEqual(groupby(arqueroTable({ at: dates }), byDay).keys, days);
    assert.deepEqual(groupby(new DataFrame({ at: dates, x: [1, 2, 3, 4] }), byDay).sizes(), [1, 2, 1]);
  });

  test('beside names and other makers, and with getGroup', () => {
    const grouped = groupby(rows, [every('at', '1d'), 'x']);
    assert.deepEqual(grouped.keys[0], [at('2024-03-30'), 1]);
    assert.deepEqual(groupby(rows, every('at', '1d')).getGroup(at('2024-03-31')), [rows[0], rows[2]]);
    assert.deepEqual(groupby(rows, [every('at', '1d')]).keys, [[at('2024-03-30')], [at('2024-03-31')]]);
  });

  test('nanoseconds from an origin with milliseconds, which is no exact float', () => {
    const second = 1_000_000_000n;
    for (let ms = 747_127_108_001; ms < 747_127_109_000; ms += 37) {
      const start = BigInt(ms) * 1_000_000n + 249_149n * second;
      const type = new Timestamp(TimeUnit.NANOSECOND);
      const times = makeVector({ type, data: BigInt64Array.of(start - 1n, start, start + second - 1n) });
      const grouped = groupby(new ArrowTable({ times }), every('times', '1s', { origin: new Date(ms) }));
      const begin = Number(start / 1_000_000n);
      assert.deepEqual(grouped.keys, [begin - 1000, begin]);
      assert.deepEqual(grouped.sizes(), [1, 2]);
    }
  });

  test('in workers, over record batches, split by all of them', async () => {
    const length = 1_100_000;
    const times = BigInt64Array.from({ length }, (_, i) => BigInt((i % 50_000) * hour));
    const half = length / 2;
    const column = makeVector({ type: new Timestamp(TimeUnit.MILLISECOND, 'America/New_York'), data: times });
    const whole = new ArrowTable({ at: column, x: makeVector(Float64Array.from(times, Number)) });
    const table = whole.slice(0, half).concat(whole.slice(half));
    const counts = (await applyParallel(groupby(table, every('at', '1mo')), (g) => ({ n: [g.numRows] }), {
      groupKeys: true,
    })) as Table;
    const inline = (await applyParallel(groupby(table, every('at', '1mo')), (g) => ({ n: [g.numRows] }), {
      groupKeys: true,
      backend: 'inline',
    })) as Table;
    assert.equal(counts.numRows, inline.numRows);
    assert.deepEqual(counts.getChild('n')?.toArray(), inline.getChild('n')?.toArray());
    assert.equal(String(counts.schema.fields[0].type), 'Timestamp<MILLISECOND, America/New_York>');
    assert.deepEqual([...(counts.getChildAt(0) ?? [])], [...(inline.getChildAt(0) ?? [])]);
    assert.equal(
      chunksOf(counts, 1).reduce(
        (sum, { values }) => sum + (values as Float64Array).reduce((a, b) => a + b),
        0,
      ),
      length,
    );
  });

  test('the zone of the column counts, and the option before it', () => {
    const type = new Timestamp(TimeUnit.SECOND, 'Asia/Tokyo');
    const table = new ArrowTable({
      at: makeVector({ type, data: BigInt64Array.of(0n, 54_000n - 1n, 54_000n) }),
    });
    assert.deepEqual(groupby(table, every('at', '1d')).sizes(), [2, 1]);
    assert.deepEqual(groupby(table, every('at', '1d', { timeZone: 'UTC' })).sizes(), [3]);
    assert.deepEqual(groupby(table, every('at', '1d', { timeZone: '-09:00' })).sizes(), [1, 2]);
    const strange = new Timestamp(TimeUnit.SECOND, 'Mars/Olympus');
    const elsewhere = new ArrowTable({ at: makeVector({ type: strange, data: BigInt64Array.of(0n) }) });
    assert.throws(() => groupby(elsewhere, every('at', '1d')), { ...invalid, message: /Mars/ });
    assert.deepEqual(groupby(elsewhere, every('at', '1d', { timeZone: 'UTC' })).size, 1);
  });

  test('an hour that clocks show twice is two, a day is one', () => {
    const times = [0, 1, 2, 3].map((h) => ({ at: new Date(Date.UTC(2024, 10, 3, 4) + h * hour) }));
    const zone = { timeZone: 'America/New_York' };
    assert.equal(groupby(times, every('at', '1h', zone)).size, 4);
    assert.equal(groupby(times, every('at', '1d', zone)).size, 1);
    assert.deepEqual(groupby(times, every('at', '6h', zone)).keys, [times[0].at]);
  });

  test('a skipped midnight: the day begins later; a skipped date has no rows', () => {
    const beirut = [{ at: at('2022-03-26T22:10Z') }];
    assert.deepEqual(groupby(beirut, every('at', '1d', { timeZone: 'Asia/Beirut' })).keys, [
      at('2022-03-26T22:00Z'),
    ]);
    const apia = ['2011-12-30T09:59Z', '2011-12-30T10:00Z'].map((text) => ({ at: at(text) }));
    assert.deepEqual(groupby(apia, every('at', '1d', { timeZone: 'Pacific/Apia' })).keys, [
      at('2011-12-29T10:00Z'),
      at('2011-12-30T10:00Z'),
    ]);
  });

  test('weeks, quarters, years, and where they begin', () => {
    const keys = (period: PeriodText, options?: EveryOptions) =>
      groupby([{ at: at('2024-02-29T12:00Z') }], every('at', period, options)).keys.map((key) =>
        (key as Date).toISOString().slice(0, 16),
      );
    assert.deepEqual(keys('1w'), ['2024-02-26T00:00']);
    assert.deepEqual(keys('1w', { weekStart: 'sunday' }), ['2024-02-25T00:00']);
    assert.deepEqual(keys('2w', { origin: '2024-02-21' }), ['2024-02-21T00:00']);
    assert.deepEqual(keys('1q'), ['2024-01-01T00:00']);
    assert.deepEqual(keys('1y', { origin: '2024-04-01' }), ['2023-04-01T00:00']);
    assert.deepEqual(keys('1d', { origin: '2024-01-01T06:00' }), ['2024-02-29T06:00']);
    assert.deepEqual(keys('1d', { origin: at('2024-01-01T18:00Z') }), ['2024-02-28T18:00']);
    assert.deepEqual(keys('5m', { origin: '2024-01-01 00:02' }), ['2024-02-29T11:57']);
    assert.deepEqual(keys('100us'), ['2024-02-29T12:00']);
  });

  test('distant times, on both sides of what floats and Date hold', async () => {
    const seconds = BigInt64Array.of(-62_135_596_800n, 253_402_300_799n, 9_000_000_000_000n, 0n);
    for (const [unit, scale] of [
      [TimeUnit.SECOND, 1n],
      [TimeUnit.MILLISECOND, 1000n],
      [TimeUnit.MICROSECOND, 1_000_000n],
    ] as const) {
      const data = seconds.map((second) => second * scale);
      const table = new ArrowTable({ at: makeVector({ type: new Timestamp(unit, null), data }) });
      for (const timeZone of ['UTC', 'Europe/Berlin']) {
        for (const [period, length] of [
          ['1d', 86_400n],
          ['1h', 3_600n],
        ] as const) {
          const starts = await startsOf(table, every('at', period, { timeZone }));
          starts.forEach((start, k) => {
            const into = [...data].sort((a, b) => (a < b ? -1 : 1))[k] - start;
            assert.ok(into >= 0n && into < length * scale, `${unit} ${period} ${timeZone} ${k}: ${into}`);
          });
        }
        assert.equal(groupby(table, every('at', '1y', { timeZone })).size, 4);
      }
    }
    const nanoseconds = BigInt64Array.of(9_223_372_036_854_775_807n, -9_223_372_036_854_775_800n, 150n);
    const fine = new ArrowTable({
      at: makeVector({ type: new Timestamp(TimeUnit.NANOSECOND, null), data: nanoseconds }),
    });
    assert.deepEqual(await startsOf(fine, every('at', '100ns')), [
      -9_223_372_036_854_775_800n,
      100n,
      9_223_372_036_854_775_800n,
    ]);
    assert.deepEqual(
      await startsOf(fine, every('at', '1ns')),
      [...nanoseconds].sort((a, b) => (a < b ? -1 : 1)),
    );
    assert.throws(() => groupby(fine, every('at', '1d')).size, {
      ...invalid,
      message: /begins before the earliest/,
    });
    assert.throws(() => groupby(fine, every('at', '1000ns')).size, {
      ...invalid,
      message: /begins before the earliest/,
    });
    assert.equal(groupby(fine.slice(0, 1), every('at', '1d')).size, 1);
    const beyond = new ArrowTable({
      at: makeVector({ type: new Timestamp(TimeUnit.SECOND, null), data: BigInt64Array.of(2n ** 62n) }),
    });
    assert.throws(() => groupby(beyond, every('at', '1d')).keys, { ...invalid, message: /million years/ });
  });

  test('takes Dates up to the last, and refuses periods that begin before the first', () => {
    const [first, last] = [-8.64e15, 8.64e15];
    const periods = [
      '1ms',
      '7ms',
      '1s',
      '7s',
      '1h',
      '7h',
      '1d',
      '3d',
      '1w',
      '1mo',
      '5mo',
      '1q',
      '1y',
      '100y',
    ];
    const zones = [undefined, 'America/New_York', 'Asia/Tokyo', '+14:00', '-12:00'];
    const refused = new Set<string>();
    for (const period of periods as '1d'[]) {
      for (const timeZone of zones) {
        const by = every('at', period, timeZone === undefined ? {} : { timeZone });
        const startOf = (time: number) => groupby([{ at: new Date(time) }], by).keys[0].getTime();
        for (const time of [last, last - 1, first + 200 * 366 * 86_400_000]) {
          const start = startOf(time);
          assert.ok(start <= time && start >= first, `${period} ${timeZone} ${time}: ${start}`);
        }
        for (const time of [first, first + 1]) {
          try {
            assert.ok(startOf(time) <= time && startOf(time) >= first, `${period} ${timeZone} ${time}`);
          } catch (error) {
            const { code, message } = error as ApplyError;
            assert.equal(code, 'ERR_INVALID_OPTION', message);
            assert.match(
              message,
              /column 'at' has a time whose period begins before the earliest that a Date/,
            );
            refused.add(period);
          }
        }
      }
    }
    assert.deepEqual(
      periods.filter((period) => !refused.has(period)),
      ['1ms', '1s'],
    );
    // The same times as numbers of an Arrow table are no Dates.
    const plain = new ArrowTable({
      at: makeVector({
        type: new Timestamp(TimeUnit.MILLISECOND, null),
        data: BigInt64Array.of(-8640000000000000n),
      }),
    });
    assert.ok(Number(groupby(plain, every('at', '1y')).keys[0]) < first);
  });

  test('dates without a time of day', () => {
    const table = new ArrowTable({
      day: makeVector({ type: new DateDay(), data: Int32Array.of(0, 31, 19_782, -1) }),
      ms: makeVector({ type: new DateMillisecond(), data: BigInt64Array.of(0n, 1n, 86_400_000n, -1n) }),
    });
    assert.equal(groupby(table, every('day', '1mo', { timeZone: 'America/New_York' })).size, 4);
    assert.equal(groupby(table, every('day', '6h')).size, 4);
    assert.deepEqual(groupby(table, every('ms', '1d')).sizes(), [1, 2, 1]);
    assert.throws(() => groupby(table, every('day', '36h')), { ...invalid, message: /whole days/ });
    assert.throws(() => groupby(table, every('day', '1d', { origin: '2024-01-01T06:00' })), invalid);
  });

  test('no rows, only nulls, some nulls', async () => {
    const type = new Timestamp(TimeUnit.MICROSECOND, null);
    const empty = new ArrowTable({ at: makeVector({ type, data: new BigInt64Array(0) }) });
    for (const options of [{}, { timeZone: 'Europe/Berlin' }]) {
      assert.deepEqual(groupby(empty, every('at', '1d', options)).keys, []);
      const nulls = new ArrowTable({ at: vectorFromArray([null, null], type) });
      assert.deepEqual(groupby(nulls, every('at', '1d', options)).keys, []);
      assert.deepEqual(groupby(nulls, every('at', '1d', options), { dropna: false }).keys, [null]);
    }
    const some = [{ at: null }, { at: new Date(0) }, { at: new Date(Number.NaN) }];
    assert.deepEqual(groupby(some, every('at', '1d')).sizes(), [1]);
    assert.deepEqual(groupby(some, every('at', '1d'), { dropna: false }).keys, [new Date(0), null]);
    const out = await applyParallel(groupby(empty, every('at', '1d', { name: 'day' })), () => null, {
      groupKeys: true,
    });
    assert.deepEqual(
      (out as Table).schema.fields.map((field) => field.name),
      ['day', 'at'],
    );
  });

  test('is no category: no empty groups with observed: false', () => {
    const grouped = groupby(rows, [every('at', '1d'), 'x'], { observed: false });
    assert.equal(grouped.size, 4);
  });

  test('many periods far apart take the way without a table', () => {
    const times = Array.from({ length: 300 }, (_, i) => ({ at: new Date(i * 123_456_789_123) }));
    for (const timeZone of ['UTC', 'Europe/Berlin']) {
      const { keys } = groupby(times, every('at', '1s', { timeZone }));
      assert.deepEqual(
        keys.map(Number),
        times.map((row) => Math.floor(row.at.getTime() / 1000) * 1000),
      );
    }
  });

  test('bad input', () => {
    const bad = (find: () => unknown, message: RegExp) => assert.throws(find, { ...invalid, message });
    for (const period of [
      '',
      'd',
      '1x',
      '0d',
      '-1d',
      '1.5d',
      '1D',
      '1 month',
      '999999999999999y',
      5,
      undefined,
    ])
      bad(() => every('at', period as PeriodText), /every: a period is|longer than/);
    bad(() => every('at', '1D' as PeriodText), /got '1D'; did you mean '1d'\?$/);
    bad(() => every('at', 'MS' as PeriodText), /got 'MS'; did you mean '1mo'\?$/);
    bad(() => every('at', '1d', { freq: '1d' } as object), /no option 'freq'; it is the second argument/);
    bad(() => every('at', '101y'), /100 years/);
    bad(() => every(['at'] as never, '1d'), /name of a column/);
    bad(() => every('at', '1d', { timeZone: 'Mars/Olympus' }), /Mars\/Olympus.*Intl/);
    bad(() => every('at', '1d', { weekStart: 'sunday' }), /for weeks/);
    bad(() => every('at', '1w', { weekStart: 'sonntag' as never }), /weekStart must be/);
    bad(() => every('at', '1w', { weekStart: 'sunday', origin: '2024-01-01' }), /not both/);
    bad(() => every('at', '1d', { origin: '2024-02-30' }), /origin must be/);
    bad(() => every('at', '1d', { origin: 'yesterday' }), /origin must be/);
    bad(() => every('at', '1d', { origin: new Date(Number.NaN) }), /origin must be/);
    bad(() => every('at', '1d', { timezone: 'UTC' } as never), /did you mean 'timeZone'/);
    bad(() => groupby(rows, every('at', '1mo', { origin: '2024-01-02' })), /first of a month/);
    for (const frame of [[{ at: '2024-01-01' }], [{ at: 5 }], [{ at: true }], [{ at: 5n }]])
      bad(() => groupby(frame, every('at', '1d')), /column 'at' is \w+; every takes dates and timestamps/);
    assert.throws(() => groupby(rows, every('ta' as string, '1d')), { code: 'ERR_UNKNOWN_COLUMN' });
    const seconds = new ArrowTable({
      at: makeVector({ type: new Timestamp(TimeUnit.SECOND, null), data: BigInt64Array.of(1n) }),
    });
    bad(() => groupby(seconds, every('at', '1500ms')), /cannot hold/);
    bad(() => groupby(seconds, every('at', '1s', { origin: '2024-01-01T00:00:00.5' })), /whole seconds/);
    bad(() => groupby(rows, [every('at', '1d'), 5] as never), /key makers alone/);
  });
});

/** The starts of all groups, as ticks of the column's unit. */
async function startsOf(table: Table, maker: KeyMaker): Promise<bigint[]> {
  const how = { groupKeys: true, backend: 'inline' } as const;
  const out = (await applyParallel(groupby(table, maker), () => ({ n: [1] }), how)) as Table;
  return Array.from(chunksOf(out, 0)[0].values as BigInt64Array);
}
