// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { Table } from 'apache-arrow';
import {
  type ApplyOptions,
  applyParallel,
  CoGroup,
  cogroup,
  type Dataset,
  DatasetCoGroup,
  every,
  groupby,
  keyFrom,
  Memory,
  type Progress,
  type Report,
  scan,
} from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';
import {
  both,
  folder,
  frames,
  nothingIsLeft,
  type Side,
  sets,
  small,
  spillTo,
} from './support/trades-and-quotes.js';

const sum = (numbers: Float64Array) => numbers.reduce((a, b) => a + b, 0);

const HOWS = ['outer', 'inner', 'left', 'right'] as const;
type How = (typeof HOWS)[number];
type Keys = readonly [trades: unknown, quotes: unknown];
const group = (of: Table | Dataset, by: unknown, options: object) =>
  groupby(of as Table, by as string, options);

/** Asserts that sides in files, or some in files and some in memory, give what frames give. */
async function assertSame(
  keys: Keys,
  how: How,
  { grouping = {}, ...options }: ApplyOptions & { readonly grouping?: object } = {},
): Promise<void> {
  const of = (t: Table | Dataset, q: Table | Dataset) =>
    cogroup(group(t, keys[0], grouping), group(q, keys[1], grouping), { how });
  const settings = { groupKeys: true, ...options };
  const expected = await applyParallel(of(frames.trades, frames.quotes), both as never, {
    ...settings,
    input: 'columns',
  });
  const cases = [
    of(sets.trades, sets.quotes),
    of(frames.trades, sets.quotes),
    of(sets.trades, frames.quotes),
  ];
  for (const grouped of cases) {
    assert.ok((grouped as unknown) instanceof DatasetCoGroup);
    assertTablesEqual(
      (await applyParallel(grouped, both as never, { ...small, ...settings } as never)) as never,
      expected as never,
    );
    nothingIsLeft();
  }
  const whole = await applyParallel(cases[0], both as never, { ...settings, input: 'columns' } as never);
  assertTablesEqual(whole as never, expected as never);
}

describe('cogroup of data sets', () => {
  const keys: { readonly [name: string]: Keys } = {
    'numbers of two types': ['id', 'key'],
    'text and dictionaries, with nulls': ['shop', 'shop'],
    'two columns': [
      ['shop', 'id'],
      ['shop', 'key'],
    ],
    'key makers': [every('day', '1d'), every('day', '1d')],
    'a function': [
      keyFrom('odd', (row: { id: number }) => row.id % 5),
      keyFrom('odd', (row: { key: bigint }) => Number(row.key) % 7),
    ],
  };
  for (const [name, by] of Object.entries(keys)) {
    for (const how of name.startsWith('numbers') ? HOWS : (['outer'] as const)) {
      it(`gives what frames give, by ${name}, ${how}`, async () => {
        await assertSame(by, how);
      });
    }
  }

  it('keeps missing keys, and the order of appearance, where groupby does', async () => {
    await assertSame(['shop', 'shop'], 'outer', { grouping: { dropna: false } });
    await assertSame(['shop', 'shop'], 'left', { grouping: { sort: false } });
  });

  for (const how of [{ nJobs: 1 }, { backend: 'async' }, { nJobs: 2, batchSize: 1 }] as const) {
    it(`works with ${JSON.stringify(how)}`, async () => {
      await assertSame(['id', 'key'], 'outer', how);
    });
  }

  it('gives a missing side as a frame without rows, with its columns', async () => {
    const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'));
    const fn = (t: Table, q: Table) => [
      {
        t: t.numRows,
        q: q.numRows,
        names: [...t.schema.fields, ...q.schema.fields].map(({ name }) => name).join(),
      },
    ];
    const rows = await applyParallel(grouped, fn, { memoryLimit: '300KB', spillTo, output: 'records' });
    assert.ok(rows.some(({ q }) => q === 0) && rows.some(({ t }) => t === 0));
    assert.deepEqual(new Set(rows.map(({ names }) => names)), new Set(['id,at,shop,day,key,price,shop,day']));
  });

  it('returns rows of both sides unchanged', async () => {
    const fn = (t: object, q: object) => (Math.random() < 2 ? [t, q][0] : null);
    const of = (t: Table | Dataset, q: Table | Dataset) => cogroup(group(t, 'id', {}), group(q, 'key', {}));
    const expected = await applyParallel(of(frames.trades, frames.quotes), fn, { input: 'columns' });
    assertTablesEqual(
      (await applyParallel(of(sets.trades, sets.quotes), fn, small)) as never,
      expected as never,
    );
    const second = (_: object, q: object) => q;
    assertTablesEqual(
      (await applyParallel(of(sets.trades, frames.quotes), second, small)) as never,
      (await applyParallel(of(frames.trades, frames.quotes), second, { input: 'columns' })) as never,
    );
    nothingIsLeft();
  });

  it('takes three sides, one of them twice', async () => {
    const of = (t: Table | Dataset, q: Table | Dataset) =>
      cogroup(group(t, 'id', {}), group(q, 'key', {}), group(t, 'id', {}), { how: 'right' });
    const fn = (a: Side, b: Side, c: Side) => ({ a: [sum(a.at)], b: [sum(b.price)], c: [sum(c.at)] });
    const expected = await applyParallel(of(frames.trades, frames.quotes), fn as never, { input: 'columns' });
    assertTablesEqual(
      (await applyParallel(of(sets.trades, sets.quotes), fn as never, small)) as never,
      expected as never,
    );
    nothingIsLeft();
  });

  it('does not let a function that writes to its rows change others', async () => {
    let failures = 0;
    const fn = (t: Side, q: Side, { index }: { readonly index: number }) => {
      const seen = sum(t.at) + sum(q.price);
      t.at.fill(0);
      q.price.fill(0);
      if (index % 9 === 0 && failures++ === 0) throw new Error('once');
      return { seen: [seen] };
    };
    const plain = (t: Side, q: Side) => ({ seen: [sum(t.at) + sum(q.price)] });
    const grouped = () => cogroup(group(sets.trades, 'id', {}), group(frames.quotes, 'key', {}));
    const options = { ...small, retries: 2, nJobs: 1 };
    const expected = await applyParallel(grouped(), plain as never, options);
    assertTablesEqual((await applyParallel(grouped(), fn as never, options)) as never, expected as never);
  });

  it('writes results, and yields them', async () => {
    const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'), { how: 'inner' });
    const expected = await applyParallel(grouped, both as never, small);
    const to = join(folder, 'out.parquet');
    const written = await applyParallel(grouped, both as never, { ...small, to });
    assertTablesEqual(await written.read(), expected as never);
    const keys: unknown[] = [];
    for await (const { key } of applyParallel(grouped, both as never, { ...small, returnAs: 'generator' })) {
      keys.push(key);
    }
    assert.deepEqual(keys, await grouped.keys());
    for await (const { index } of applyParallel(grouped, both as never, {
      ...small,
      returnAs: 'generator',
    })) {
      if (index === 5) break;
    }
    nothingIsLeft();
  });

  it('has cache, report and progress', async () => {
    const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'));
    const cache = new Memory({ location: join(folder, 'cache') });
    const keyed = (t: Side, q: Side) => ({ t: [sum(t.at)], q: [sum(q.price)] });
    const reports: Report[] = [];
    let last: Progress['phase'] | undefined;
    const options = {
      ...small,
      cache,
      report: (report: Report) => reports.push(report),
      progress({ phase }: Progress) {
        last = phase;
      },
    };
    const first = await applyParallel(grouped, keyed as never, options);
    assertTablesEqual((await applyParallel(grouped, keyed as never, options)) as never, first as never);
    assert.deepEqual(
      reports.map(({ cached }) => cached),
      [0, (first as unknown as Table).numRows],
    );
    assert.equal(last, 'apply');
  });

  it('is aborted in every phase, and leaves nothing', async () => {
    for (const phase of ['keys', 'spill', 'apply']) {
      const abort = new AbortController();
      const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'));
      const call = applyParallel(grouped, both as never, {
        ...small,
        signal: abort.signal,
        progress(progress) {
          if (progress.phase === phase) abort.abort();
        },
      });
      // A phase may end before it reports; then the next one is aborted, or none.
      await call.then(
        () => {},
        (error) => assert.equal(error.code, 'ERR_ABORTED'),
      );
      nothingIsLeft();
    }
  });

  it('tells keys, sizes and rows of groups', async () => {
    const expected = cogroup(groupby(frames.trades, 'id'), groupby(frames.quotes, 'key'));
    const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'));
    const mixed = cogroup(groupby(frames.trades, 'id'), groupby(sets.quotes, 'key'));
    assert.deepEqual(await grouped.keys(), expected.keys);
    assert.equal(await mixed.size(), expected.size);
    assert.deepEqual(await mixed.sizes(), expected.sizes());
    for (const of of [grouped, mixed]) {
      const [t, q] = await of.getGroup(20);
      const [u, r] = expected.getGroup(20);
      assertTablesEqual(t, u);
      assertTablesEqual(q, r);
    }
    await assert.rejects(grouped.getGroup(9999), {
      code: 'ERR_INVALID_OPTION',
      message: /no group with key 9999/,
    });
    const keys: unknown[] = [];
    for await (const [key, [t]] of mixed) {
      keys.push(key);
      if (key === 20n) assertTablesEqual(t, expected.getGroup(20)[0]);
    }
    assert.deepEqual(keys, expected.keys);
    assert.equal(
      inspect(grouped, { breakLength: Infinity }),
      "DatasetCoGroup { by: [ [ 'id' ], [ 'key' ] ], how: 'outer' }",
    );
  });

  it('groups no rows', async () => {
    const none = await scan(join(folder, 'trades.parquet'), { where: { id: -1 } });
    const left = cogroup(groupby(none, 'id'), groupby(sets.quotes, 'key'), { how: 'left' });
    assert.deepEqual([await left.size(), await left.keys()], [0, []]);
    const result = await applyParallel(left, both as never, { ...small, memoryLimit: '100KB' });
    assert.equal((result as unknown as Table).numRows, 0);
    const right = await applyParallel(
      cogroup(groupby(none, 'id'), groupby(sets.quotes, 'key'), { how: 'right' }),
      both as never,
      { ...small, memoryLimit: '100KB' },
    );
    const expected = await applyParallel(
      cogroup(groupby(await none.read(), 'id'), groupby(frames.quotes, 'key'), { how: 'right' }),
      both as never,
      { input: 'columns' },
    );
    assertTablesEqual(right as never, expected as never);
    nothingIsLeft();
  });

  it('is a cogroup of frames if no side is a data set', () => {
    assert.ok(cogroup(groupby(frames.trades, 'id'), groupby(frames.quotes, 'key')) instanceof CoGroup);
  });
});
