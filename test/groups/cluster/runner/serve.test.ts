// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  Binary,
  Field,
  Float64,
  Schema,
  Table,
  tableFromIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { describeSchema, unpackBatch } from '#dist/arrow/index.js';
import { combine, reviveResults } from '#dist/combine/index.js';
import type { Answer } from '#dist/groups/cluster/protocol.js';
import { reviveError } from '#dist/values/index.js';
import { encodeWhole, frameHead } from '#dist/wire/index.js';
import { callOf, RunnerProcess } from '../support/runner.js';

interface Group {
  readonly x: Float64Array;
}

const rowsOf = (keys: readonly (string | null)[]): Table =>
  new Table({
    key: vectorFromArray(keys, new Utf8()),
    x: vectorFromArray(Float64Array.from(keys, (_, row) => row)),
  });

const table = rowsOf(['b', 'a', null, 'b', 'c', 'a']);

const total = ({ x }: Group, { key }: { key: unknown }) => ({
  key: [key],
  total: Float64Array.of(x.reduce((sum, value) => sum + value, 0)),
});

const of = <Type extends Answer['type']>(answers: readonly Answer[], type: Type) =>
  answers.filter((answer): answer is Extract<Answer, { type: Type }> => answer.type === type);

/** Returns key -> its rows, of tasks whose groups do not fail. */
function resultsOf(answers: readonly Answer[]): Record<string, unknown>[] {
  const results = of(answers, 'results').map((answer) => reviveResults(answer.results));
  const made = combine(results, {
    schema: new Schema([]),
    inputRows: () => assert.fail('rows were left behind'),
    describeGroup: String,
  });
  return made.toArray().map((row) => row.toJSON());
}

const keysOf = (answers: readonly Answer[]) =>
  of(answers, 'groups').flatMap(({ keys, sizes }) => {
    const { columns } = unpackBatch(keys as NonNullable<typeof keys>);
    const column = new Vector([columns[0]]);
    // 0 and -0 are one key; here it is as it was read.
    return Array.from(sizes, (_, group) => column.get(group) || (column.get(group) === null ? null : 0));
  });

const failuresOf = (answers: readonly Answer[]) =>
  of(answers, 'failure').map(({ failure }) => ({
    ...failure,
    error: failure.error && reviveError(failure.error),
  }));

describe('the program of executors', () => {
  let runner: RunnerProcess;
  before(() => {
    runner = new RunnerProcess();
  });
  after(() => runner.close());

  test('gives what a call in one process gives', async () => {
    const here = await applyParallel(groupby(table, 'key'), total, { input: 'columns', nJobs: 1 });
    const answers = await runner.run(callOf({ fn: total }), table);
    assert.deepEqual(keysOf(answers), ['a', 'b', 'c']);
    assert.deepEqual(
      resultsOf(answers),
      here.toArray().map((row) => row.toJSON()),
    );
    assert.deepEqual(
      answers.map(({ type }) => type).filter((type) => type !== 'results'),
      ['groups', 'end'],
    );
  });

  test('sends rows that were handed back, as the function left them', async () => {
    const fn = (group: Group) => {
      group.x[0] = -1;
      return { ...group };
    };
    const answers = await runner.run(callOf({ fn }), table);
    assert.deepEqual(resultsOf(answers), [
      { key: 'a', x: -1 },
      { key: 'a', x: 5 },
      { key: 'b', x: -1 },
      { key: 'b', x: 3 },
      { key: 'c', x: -1 },
    ]);
  });

  test('runs sorted rows in pieces, and no group before it is complete', async () => {
    const pieces = [['a', 'a', 'b'], ['b'], ['b', 'c', 'd'], ['d']].map(rowsOf);
    const sizes = ({ x }: Group, { key }: { key: unknown }) => ({ key: [key], n: [x.length] });
    const answers = await runner.run(callOf({ fn: sizes }), ...pieces);
    // Each piece counts its groups anew.
    const results = resultsOf(answers).sort((a, b) => String(a.key).localeCompare(String(b.key)));
    assert.deepEqual(results, [
      { key: 'a', n: 2 },
      { key: 'b', n: 3 },
      { key: 'c', n: 1 },
      { key: 'd', n: 2 },
    ]);
    assert.equal(of(answers, 'groups').length, 3);
  });

  describe('keeps results on the cluster', () => {
    /** Rows as the glue would have them in its table. */
    const rowsWith = (bodies: readonly Uint8Array[]): Table =>
      new Table({ body: vectorFromArray([...bodies], new Binary()) });
    const schema = new Schema([new Field('key', new Utf8(), true), new Field('total', new Float64(), true)]);
    const written = { reads: describeSchema(schema), writes: describeSchema(schema), hasAnswers: false };
    const readStreams = (streams: readonly Uint8Array[]) =>
      streams.flatMap((stream) =>
        tableFromIPC(stream)
          .toArray()
          .map((row) => row.toJSON()),
      );

    test('and tells their fields alone, then gives them columns', async () => {
      const answers = await runner.run(callOf({ fn: total, keepsResults: true }), table);
      const [{ results }] = of(answers, 'results');
      assert.deepEqual(
        results.segments.flatMap(({ columns }) => columns.map(({ field, data }) => [field.name, data])),
        [
          ['key', undefined],
          ['total', undefined],
        ],
      );
      const { kept } = runner;
      assert.ok(kept.length > 0);
      assert.deepEqual(await runner.run(written, rowsWith(kept)), []);
      const here = await applyParallel(groupby(table, 'key'), total, { input: 'columns', nJobs: 1 });
      assert.deepEqual(
        readStreams(runner.kept),
        here.toArray().map((row) => row.toJSON()),
      );
    });

    test('with their keys', async () => {
      const sum = ({ x }: Group) => ({ n: Float64Array.of(x.length) });
      await runner.run(callOf({ fn: sum, keepsResults: true, wantsKeys: true }), table);
      const { kept } = runner;
      const reads = describeSchema(
        new Schema([new Field('key', new Utf8(), true), new Field('n', new Float64(), true)]),
      );
      await runner.run({ reads, writes: reads, hasAnswers: false }, rowsWith(kept));
      assert.deepEqual(readStreams(runner.kept), [
        { key: 'a', n: 2 },
        { key: 'b', n: 2 },
        { key: 'c', n: 1 },
      ]);
    });

    test('and fails where they are no results of this call, or a group fails when it runs again', async () => {
      await runner.run({ ...written, hasAnswers: true }, rowsWith([Uint8Array.of(0, 1, 2)]));
      assert.equal(runner.kept[0][0], 2);
      const failed = encodeWhole({ type: 'failure', failure: { index: 0, kind: 'error' } });
      const row = Buffer.concat([Uint8Array.of(1), frameHead(1, failed.byteLength), failed]);
      await runner.run({ ...written, hasAnswers: true }, rowsWith([row]));
      assert.match(Buffer.from(runner.kept[0].subarray(1)).toString(), /a group failed when it ran again/);
    });
  });

  test('a task without rows has no groups', async () => {
    assert.deepEqual(await runner.run(callOf({ fn: total })), []);
  });

  test('null and NaN are one key, which is dropped unless the call wants it', async () => {
    const odd = new Table({
      key: vectorFromArray([1, null, Number.NaN, -0, 0], new Float64()),
      x: vectorFromArray(Float64Array.of(1, 2, 4, 8, 16)),
    });
    const rows = { by: ['key'], isScalar: true };
    const all = await runner.run(callOf({ fn: total, rows: { ...rows, dropna: false } }), odd);
    assert.deepEqual(keysOf(all), [0, 1, null]);
    assert.deepEqual(
      resultsOf(all).map((row) => row.total),
      [24, 1, 6],
    );
    const some = await runner.run(callOf({ fn: total, rows: { ...rows, dropna: true } }), odd);
    assert.deepEqual(keysOf(some), [0, 1]);
  });

  test('a failing group leaves the others alone, unless the call ends with it', async () => {
    const fn = (group: Group, { key }: { key: string }) => {
      if (key === 'b') throw new RangeError('no b', { cause: 'because' });
      return total(group, { key });
    };
    const answers = await runner.run(callOf({ fn }), table);
    const [failure] = failuresOf(answers);
    assert.equal(failure.index, 1);
    assert.equal(failure.kind, 'error');
    assert.ok(failure.error instanceof RangeError);
    assert.equal(failure.error.cause, 'because');
    assert.match(failure.error.stack as string, /serve\.test\.[jt]s/);
    assert.doesNotMatch(failure.error.stack as string, /cluster-bundle/);
    assert.deepEqual(
      resultsOf(answers).map(({ key }) => key),
      ['a', 'c'],
    );
    const ended = await runner.run(callOf({ fn, stopsAtFailure: true }), table);
    assert.equal(failuresOf(ended).length, 1);
    assert.equal(of(ended, 'end').length, 1);
  });

  test('a function that hangs, exits or fills the heap costs its group', async () => {
    const fn = (group: Group, { key }: { key: string }) => {
      if (key === 'a') for (;;);
      if (key === 'b') process.exit(3);
      return total(group, { key });
    };
    const answers = await runner.run(callOf({ fn, timeout: 300 }), table);
    assert.deepEqual(
      failuresOf(answers)
        .map(({ index, kind }) => [index, kind])
        .sort(),
      [
        [0, 'timeout'],
        [1, 'exited'],
      ],
    );
    assert.deepEqual(
      resultsOf(answers).map(({ key }) => key),
      ['c'],
    );
  });

  test('a group that runs again gets its rows as they were', async () => {
    const fn = ({ x }: Group, { key }: { key: string }) => {
      x[0] += 100;
      // The function arrives anew for the second attempt.
      const seen = globalThis as { hasFailed?: boolean };
      if (key === 'b' && !seen.hasFailed) {
        seen.hasFailed = true;
        throw new Error('once');
      }
      return { key: [key], first: x.slice(0, 1) };
    };
    const answers = await runner.run(callOf({ fn, retries: { count: 1, delay: 0 } }), table);
    assert.deepEqual(failuresOf(answers), []);
    assert.equal(of(answers, 'retry').length, 1);
    assert.deepEqual(
      resultsOf(answers).map(({ first }) => first),
      [101, 100, 104],
    );
  });

  test('a task that another process has begun goes on after the groups that are done', async () => {
    const fn = (group: Group, { key }: { key: string }) => {
      if (key === 'a') throw new Error('the group has its result');
      return total(group, { key });
    };
    const resumed = { hasAnswers: false, hasKept: false, hasBegun: true, answered: [0] };
    runner.resumption = { ...resumed, deaths: [{ group: 1, code: -11 }] };
    const answers = await runner.run(callOf({ fn }), table);
    assert.deepEqual([of(answers, 'groups').length, of(answers, 'end').length], [0, 1]);
    assert.deepEqual(
      failuresOf(answers).map(({ index, kind }) => ({ index, kind })),
      [{ index: 1, kind: 'exited' }],
    );
    assert.deepEqual(
      resultsOf(answers).map(({ key }) => key),
      ['c'],
    );
    runner.resumption = { ...resumed, hasBegun: false, answered: [], deaths: [] };
    const all = await runner.run(callOf({ fn: total }), table);
    assert.deepEqual([of(all, 'groups').length, resultsOf(all).length], [1, 3]);
  });

  test('an initializer runs once for all tasks of a call, and its failure ends the call', async () => {
    const seen: number[] = [];
    const call = callOf({ fn: () => ({ n: [seen.length] }), initializer: () => void seen.push(1) });
    for (let task = 0; task < 2; task++) {
      assert.deepEqual(
        resultsOf(await runner.run(call, table)).map(({ n }) => n),
        [1, 1, 1],
      );
    }
    const failing = callOf({
      fn: total,
      initializer: () => {
        throw new Error('no model');
      },
    });
    const [broken] = of(await runner.run(failing, table), 'broken');
    assert.match(JSON.stringify(broken.error), /the initializer failed in worker 0: Error: no model/);
  });

  test('nobody knows the position of a group, and a copy of the context works', async () => {
    const asks = await runner.run(
      callOf({ fn: (_: Group, { index }: { index: number }) => [{ index }] }),
      table,
    );
    assert.match(String(failuresOf(asks)[0].error), /context\.index is not known on a cluster/);
    const copies = await runner.run(
      callOf({ fn: (_: Group, context: object) => [{ names: Object.keys({ ...context }).join() }] }),
      table,
    );
    assert.equal(resultsOf(copies)[0].names, 'key,signal,random');
  });

  test('bytes of another kind break the task, not the runner', async () => {
    const [broken] = of(await runner.run(new Uint8Array(100), table), 'broken');
    assert.match(JSON.stringify(broken.error), /no bytes that apply-parallel has encoded/);
    assert.equal(resultsOf(await runner.run(callOf({ fn: total }), table)).length, 3);
  });

  test('results larger than a row arrive whole', async () => {
    const fn = (_: Group, { key }: { key: string }) => ({
      key: Array.from({ length: 200_000 }, () => key),
      x: Float64Array.from({ length: 200_000 }, (_, k) => k),
    });
    const results = of(await runner.run(callOf({ fn }), table), 'results').map((answer) =>
      reviveResults(answer.results),
    );
    const rows = results.flatMap(({ segments }) => segments).reduce((sum, { numRows }) => sum + numRows, 0);
    assert.equal(rows, 600_000);
  });

  test('what a function prints goes to the log', async () => {
    await runner.run(callOf({ fn: () => void console.log('printed by a group') }), table);
    for (let turn = 0; turn < 100 && !runner.logged.includes('printed by a group'); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.match(runner.logged, /printed by a group/);
  });
});

test('the program of executors ends with the pipe', async () => {
  const runner = new RunnerProcess();
  await runner.run(callOf({ fn: total }), table);
  assert.equal(await runner.close(), 0);
});
