import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type DataType,
  DateDay,
  Dictionary,
  DurationSecond,
  Field,
  Float64,
  Int32,
  List,
  Struct,
  Table,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { reconcileTimes } from '#dist/combine/reconcile-times.js';

const DAY = 86_400_000;

/**
 * Runs `change` on the values of group 2 alone, as rows. Returns the type of the column and its values as
 * JSON.
 */
async function through(type: DataType, values: unknown[], change: (value: never) => unknown) {
  const table = new Table({
    k: vectorFromArray([1, 1, 2, 2], new Int32()),
    at: vectorFromArray(values, type),
  });
  const out = await applyParallel(
    groupby(table, 'k'),
    (rows, { key }) => (key === 1 ? rows : rows.map((row) => ({ ...row, at: change(row.at as never) }))),
    { input: 'records', output: 'arrow', nJobs: 1 },
  );
  const text = JSON.stringify([...(out.getChild('at') ?? [])], (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return [String(out.schema.fields[1].type), text];
}

const days = [0, DAY, 2 * DAY, 3 * DAY];
const plus = (more: number) => (value: number) => value + more;

describe('a time column that a function changes so that it fits its type in some groups only', () => {
  it('is a timestamp of a unit that holds all of it', async () => {
    const cases: [DataType, number, string][] = [
      [new TimestampSecond(), 500, 'Timestamp<MILLISECOND>'],
      [new TimestampSecond('Europe/Berlin'), 0.5, 'Timestamp<MICROSECOND, Europe/Berlin>'],
      [new TimestampMillisecond(), 0.25, 'Timestamp<MICROSECOND>'],
      [new DateDay(), 1000, 'Timestamp<SECOND>'],
      [new DateDay(), 1, 'Timestamp<MILLISECOND>'],
    ];
    for (const [type, more, expected] of cases) {
      const values = [0, DAY, 2 * DAY + more, 3 * DAY + more];
      assert.deepEqual(await through(type, days, plus(more)), [expected, JSON.stringify(values)]);
    }
  });

  it('is milliseconds where no timestamp holds all of it', async () => {
    const values = [0, DAY, 2 * DAY + 1 / 3, 3 * DAY + 1 / 3];
    for (const type of [new TimestampSecond(), new TimestampNanosecond(), new DateDay()]) {
      assert.deepEqual(await through(type, days, plus(1 / 3)), ['Float64', JSON.stringify(values)]);
    }
  });

  it('is milliseconds where a time is too far from 1970 for the unit that others need', async () => {
    const far = 2 ** 44 * 1000;
    const values = [far, DAY, 2 * DAY + 2 ** -16, 3 * DAY + 2 ** -16];
    const [type, text] = await through(new TimestampSecond(), [far, DAY, 2 * DAY, 3 * DAY], plus(2 ** -16));
    assert.deepEqual([type, text], ['Float64', JSON.stringify(values)]);
    const micro = await through(new TimestampSecond(), [far, DAY, 2 * DAY, 3 * DAY], plus(0.25));
    assert.equal(micro[0], 'Float64');
  });

  it('is the numbers that the function saw, of times of day and durations', async () => {
    assert.deepEqual(await through(new TimeSecond(), [1, 2, 3, 4], plus(0.5)), ['Float64', '[1,2,3.5,4.5]']);
    const half = (value: bigint) => Number(value) / 2;
    assert.deepEqual(await through(new DurationSecond(), [1n, 2n, 3n, 4n], half), ['Float64', '[1,2,1.5,2]']);
  });

  it('may have nulls, and may be nested', async () => {
    const withNull = [0, null, DAY, null];
    assert.deepEqual(await through(new TimestampSecond(), withNull, (value) => value && value + 1), [
      'Timestamp<MILLISECOND>',
      JSON.stringify([0, null, DAY + 1, null]),
    ]);
    const member = new Struct([
      new Field('at', new TimestampSecond(), true),
      new Field('n', new Int32(), true),
    ]);
    const list = new List(new Field('item', member, true));
    const nested = days.map((at, n) => [{ at, n }]);
    const change = ([{ at, n }]: { at: number; n: number }[]) => [{ at: at + 1, n: n + 0.5 }];
    assert.deepEqual(await through(list, nested, change as never), [
      'List<Struct<{at:Timestamp<MILLISECOND>, n:Float64}>>',
      JSON.stringify([...nested.slice(0, 2), ...nested.slice(2).map((value) => change(value))]),
    ]);
  });

  it('is what the function made of it where it fits in no group, or in all', async () => {
    const table = new Table({ at: vectorFromArray(days, new TimestampSecond()) });
    const typeAfter = async (more: number) => {
      const out = await applyParallel(
        groupby(table, [1, 1, 2, 2]),
        (rows) => rows.map(({ at }) => ({ at: (at as number) + more })),
        { input: 'records', output: 'arrow', nJobs: 1 },
      );
      return String(out.schema.fields[0].type);
    };
    assert.equal(await typeAfter(1000), 'Timestamp<SECOND>');
    assert.equal(await typeAfter(1), 'Float64');
  });

  it('has no common type with text', async () => {
    await assert.rejects(
      through(new TimestampSecond(), days, (value: number) => `${value}`),
      {
        code: 'ERR_SCHEMA_MISMATCH',
        message: /column 'at' is Timestamp<SECOND> in the result of group 1 and Utf8/,
      },
    );
  });
});

describe('reconcileTimes', () => {
  const data = (values: unknown[], type: DataType) => vectorFromArray(values, type).data[0];

  it('takes the values of dictionaries, and numbers of any type', () => {
    const known = new Dictionary(new TimestampSecond(), new Int32());
    const made = reconcileTimes([data([1000, null], known), data([1500], new Int32())], known);
    assert.deepEqual(
      made?.map(({ type }) => String(type)),
      ['Timestamp<SECOND>', 'Timestamp<MILLISECOND>'],
    );
  });

  it('gives up where a time is no number, or a part is something else', () => {
    const far = data([2n ** 62n + 1n], new DurationSecond());
    assert.equal(reconcileTimes([far, data([0.5], new Float64())], new DurationSecond()), undefined);
    const numbers = data([0.5], new Float64());
    const berlin = data([1000], new TimestampSecond('Europe/Berlin'));
    assert.equal(reconcileTimes([berlin, numbers], new TimestampSecond('Asia/Tokyo')), undefined);
    assert.equal(reconcileTimes([data([1], new TimeSecond()), numbers], new DurationSecond()), undefined);
    const known = new Struct([new Field('at', new TimestampMicrosecond(), true)]);
    const list = data([[1]], new List(new Field('item', new Float64(), true)));
    assert.equal(reconcileTimes([data([{ at: 1 }], known), list], known), undefined);
  });
});
