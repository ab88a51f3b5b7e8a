// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { makeData, makeVector, Table, Timestamp, TimeUnit, Vector } from 'apache-arrow';
import {
  applyParallel,
  cogroup,
  every,
  groupby,
  shareTable,
  shutdown,
  transformParallel,
} from 'apply-parallel';

after(() => shutdown());

/* Many times have their range guessed. These tables have one time far outside of what the others tell. */

const ROWS = 70_000;
const MS_PER_DAY = 86_400_000n;
const YEAR = 366n * MS_PER_DAY;
const now = 19_800n * MS_PER_DAY;
/** A row that is not looked at. */
const AT = 33_333;

const units = [
  ['milliseconds', TimeUnit.MILLISECOND, 1n],
  ['microseconds', TimeUnit.MICROSECOND, 1_000n],
  ['nanoseconds', TimeUnit.NANOSECOND, 1_000_000n],
] as const;

function timesWith(outlier: bigint, perMs: bigint): BigInt64Array {
  const times = BigInt64Array.from({ length: ROWS }, (_, row) => {
    return (now + ((BigInt(row) * 7_919n) % 100n) * MS_PER_DAY) * perMs + BigInt(row % 1000);
  });
  times[AT] = outlier * perMs;
  return times;
}

const tableOf = (times: BigInt64Array, unit: TimeUnit) => {
  const type = new Timestamp(unit);
  const half = times.length >> 1;
  const data = [times.subarray(0, half), times.subarray(half)].map((part) =>
    makeData({ type, length: part.length, data: part }),
  );
  return new Table({ at: new Vector(data), x: makeVector(Int32Array.from(times, (_, row) => row)) });
};

/** The starts of the days in milliseconds, and the rows of each, by bigints alone. */
function daysOf(times: BigInt64Array, perMs: bigint): [number[], number[]] {
  const day = MS_PER_DAY * perMs;
  const sizes = new Map<number, number>();
  for (const time of times) {
    const start = Number(((time - (((time % day) + day) % day)) / perMs) as bigint);
    sizes.set(start, (sizes.get(start) ?? 0) + 1);
  }
  const all = [...sizes].sort(([a], [b]) => a - b);
  return [all.map(([start]) => start), all.map(([, size]) => size)];
}

describe('every, of many times whose range is guessed', () => {
  for (const [name, unit, perMs] of units) {
    for (const [where, outlier] of [
      ['long before', -150n * YEAR - 1n],
      ['long after', 230n * YEAR],
      ['shortly before', now - 30n * MS_PER_DAY],
      ['shortly after', now + 131n * MS_PER_DAY],
    ] as const) {
      test(`${name}, one ${where} the others`, () => {
        const times = timesWith(outlier, perMs);
        const [keys, sizes] = daysOf(times, perMs);
        const byDay = groupby(tableOf(times, unit), every('at', '1d'));
        assert.deepEqual(byDay.sizes(), sizes);
        assert.deepEqual(byDay.keys, keys);
        assert.equal(
          byDay.getGroup(
            keys[keys.indexOf(Number(outlier - (((outlier % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY)))],
          ).numRows,
          1,
        );
        const unsorted = groupby(tableOf(times, unit), every('at', '1d'), { sort: false });
        assert.deepEqual(
          [...unsorted.keys].sort((a, b) => a - b),
          keys,
        );
        for (const period of ['1mo', '7h', '90s'] as const) {
          const by = every('at', period, { timeZone: 'America/New_York' });
          const whole = groupby(tableOf(times, unit), by);
          const alone = groupby(tableOf(times.slice(AT, AT + 1), unit), by);
          assert.ok(whole.keys.includes(alone.keys[0]), period);
          assert.equal(
            whole.sizes().reduce((sum, size) => sum + size),
            ROWS,
          );
        }
      });
    }
  }

  test('as calls in workers see it, with keys, other keys, and other frames', async () => {
    const times = timesWith(-150n * YEAR - 1n, 1_000n);
    const [keys, sizes] = daysOf(times, 1_000n);
    const table = shareTable(tableOf(times, TimeUnit.MICROSECOND)) as Table;
    for (const nJobs of [1, 2]) {
      const count = (g: Table) => ({ n: [g.numRows] });
      const counts = await applyParallel(groupby(table, every('at', '1d')), count, {
        nJobs,
        groupKeys: true,
      });
      assert.deepEqual([...(counts.getChild('n') ?? [])], sizes);
      assert.deepEqual([...(counts.getChild('at') ?? [])], keys);
      assert.equal(String(counts.schema.fields[0].type), 'Timestamp<MICROSECOND>');
      const both = await applyParallel(groupby(table, [every('at', '1d'), 'x']), () => ({ n: [1] }), {
        nJobs,
      });
      assert.equal(both.numRows, ROWS);
      const same = await transformParallel(groupby(table, every('at', '1d')), (g: Table) => g.select(['x']), {
        nJobs,
      });
      assert.deepEqual(same.getChild('x')?.toArray(), table.getChild('x')?.toArray());
      const joint = cogroup(
        groupby(table, every('at', '1d')),
        groupby(table, every('at', '1d', { name: 'day' })),
      );
      const pairs = await applyParallel(joint, (a, b) => ({ same: [a.numRows === b.numRows] }), { nJobs });
      assert.equal(pairs.numRows, keys.length);
      assert.ok([...(pairs.getChild('same') ?? [])].every(Boolean));
    }
  });

  test('split by all workers', async () => {
    const rows = 2_100_000;
    const times = new BigInt64Array(rows);
    for (let row = 0; row < rows; row++) times[row] = now + BigInt(row % 50) * MS_PER_DAY;
    times[1_234_567] = 0n;
    const type = new Timestamp(TimeUnit.MILLISECOND);
    const at = new Vector([makeData({ type, length: rows, data: times })]);
    const table = shareTable(new Table({ at })) as Table;
    for (let call = 0; call < 2; call++) {
      const counts = await applyParallel(
        groupby(table, every('at', '1d')),
        (g: Table) => ({ n: [g.numRows] }),
        {
          groupKeys: true,
        },
      );
      assert.deepEqual([...(counts.getChild('n') ?? [])], daysOf(times, 1n)[1]);
      assert.deepEqual([...(counts.getChild('at') ?? [])], daysOf(times, 1n)[0]);
    }
  });
});
