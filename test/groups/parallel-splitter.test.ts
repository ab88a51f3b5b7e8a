// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Int32, type Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { ParallelSplitter } from '#dist/groups/parallel-splitter.js';
import { SplitFailure } from '#dist/groups/split-parts.js';
import { applyParallel, groupby, shareTable, shutdown } from '#dist/index.js';
import { chunkedColumn, groupRows, scatterTable } from '#dist/split/index.js';
import { cellsOf, typeName } from '../support/cells.js';
import { anyTable, keyType } from '../support/random-tables.js';

const quiet = new AbortController().signal;

async function assertSplit(table: Table, workers: number, sort: boolean, dropna: boolean): Promise<void> {
  const options = { sort, dropna, observed: true };
  const keys = [chunkedColumn(table, 0)];
  const splitter = new ParallelSplitter(workers, quiet);
  const grouping = await splitter.group(keys, table.numRows, options);
  const { places, keys: _, ...expected } = groupRows(keys, table.numRows, options);
  const { places: found, keys: none, ...rest } = grouping;
  assert.deepEqual([none, ...found], [undefined, ...places]);
  assert.deepEqual(rest, expected);
  const batch = await splitter.scatter(table, grouping);
  const whole = scatterTable(table, grouping);
  assert.equal(batch.numRows, whole.numRows);
  batch.columns.forEach((data, k) => {
    assert.deepEqual(cellsOf([data]), cellsOf([whole.columns[k]]));
    assert.equal(typeName(batch.schema.fields[k].type), typeName(whole.schema.fields[k].type));
    assert.ok(data !== table.batches[0]?.data.children[k], 'not the caller’s own');
    if (data.dictionary) assert.notEqual(data.dictionary, whole.columns[k].dictionary);
  });
}

/** A table that workers split: large, in shared memory. Made once, for no test writes to it. */
const large = (() => {
  let table: Table | undefined;
  return (): Table => {
    if (table !== undefined) return table;
    const n = 1_000_000;
    const airports = Array.from({ length: 50 }, (_, k) =>
      String.fromCharCode(65 + (k % 26), 65 + (k % 7), 65 + k / 2),
    );
    table = shareTable(
      tableFromArrays({
        origin: Array.from({ length: n }, (_, i) => airports[(i * 31) % 50]),
        x: Float64Array.from({ length: n }, (_, i) => i),
        note: Array.from({ length: n }, (_, i) => (i % 11 === 0 ? null : `note ${i % 1000}`)),
      }),
    );
    return table;
  };
})();

describe('workers that split', () => {
  after(() => shutdown());

  it('do what this thread would have done, for every type', async () => {
    const tables = anyTable({ first: keyType, maxRows: 40 });
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(1, 2, 3),
        fc.boolean(),
        fc.boolean(),
        async (table, ...more) => {
          await assertSplit(table, ...more);
          await assertSplit(shareTable(table) as Table, ...more);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('make the same table, call for call', async () => {
    const table = large();
    const fn = (g: { x: Float64Array }) => ({ ...g, share: g.x.map((x) => x / g.x.length) });
    const alone = await applyParallel(groupby(table, 'origin'), fn, { input: 'columns', nJobs: 1 });
    // Workers start in the first call, and split in the second.
    for (let call = 0; call < 2; call++) {
      const out = await applyParallel(groupby(table, 'origin'), fn, { input: 'columns', nJobs: 2 });
      assert.deepEqual(
        alone.schema.fields.map(({ name }) => name),
        out.schema.fields.map(({ name }) => name),
      );
      for (const { name } of out.schema.fields) {
        assert.deepEqual(out.getChild(name)?.toArray(), alone.getChild(name)?.toArray(), name);
      }
    }
  });

  it('leave the caller’s table alone when functions write to theirs', async () => {
    const table = large();
    const before = [...(table.getChild('x') ?? [])];
    for (let call = 0; call < 2; call++) {
      await applyParallel(
        groupby(table, 'origin'),
        (g: { x: Float64Array }) => {
          g.x.fill(-1);
          return { n: [g.x.length] };
        },
        { input: 'columns', nJobs: 2 },
      );
    }
    assert.deepEqual([...(table.getChild('x') ?? [])], before);
  });

  it('stop when the call is aborted', async () => {
    const table = large();
    const call = (signal?: AbortSignal) =>
      applyParallel(groupby(table, 'origin'), () => ({ n: [1] }), { nJobs: 2, signal });
    await call();
    const aborter = new AbortController();
    const aborted = call(aborter.signal);
    setImmediate(() => aborter.abort());
    await assert.rejects(aborted, { code: 'ERR_ABORTED' });
    assert.equal((await call()).numRows, 50);
  });

  it('lose one of them without losing a row', async () => {
    const table = large();
    const options = { sort: true, dropna: true, observed: true };
    const keys = [chunkedColumn(table, 0)];
    const grouping = groupRows(keys, table.numRows, options);
    const whole = scatterTable(table, grouping).columns[1].values;
    const call = () =>
      applyParallel(groupby(table, 'origin'), (g: { x: Float64Array }) => g, { input: 'columns', nJobs: 2 });
    // None of it is the user's code, so only something like want of memory ends a worker in the middle.
    // Shared with the workers: how many have the trap, and after how many stores one of them ends.
    const trap = new Int32Array(new SharedArrayBuffer(8));
    const setTrap = () => {
      const { store } = Atomics;
      Atomics.store = ((words: Int32Array, at: number, value: number) => {
        const stored = store(words, at, value);
        if (Atomics.load(trap, 1) > 0 && Atomics.sub(trap, 1, 1) === 1) {
          (process as unknown as { reallyExit(code: number): void }).reallyExit(1);
        }
        return stored;
      }) as typeof Atomics.store;
      Atomics.add(trap, 0, 1);
      Atomics.notify(trap, 0);
      // Both of two new workers get the trap: neither takes a second group before the other has its first.
      while (Atomics.load(trap, 0) < 2) Atomics.wait(trap, 0, 1);
      return { n: [1] };
    };
    const pair = groupby({ k: [1, 2] }, 'k');
    const withTrap = async () => {
      await shutdown();
      trap.fill(0);
      await applyParallel(pair, setTrap, { nJobs: 2, batchSize: 1, input: 'columns' });
    };
    // A part takes seven stores. With the sixth it is delivered: a worker that ends then has lost nothing,
    // and which worker has made how many of the stores is a matter of time.
    for (const stores of [1, 3, 5, 7, 30]) {
      if (stores < 6) {
        await withTrap();
        const splitter = new ParallelSplitter(2, quiet);
        trap[1] = stores;
        await assert.rejects(splitter.group(keys, table.numRows, options), SplitFailure, `after ${stores}`);
        await withTrap();
        trap[1] = stores;
        await assert.rejects(splitter.scatter(table, grouping), SplitFailure, `after ${stores}`);
      }
      await withTrap();
      trap[1] = stores;
      const out = await call();
      assert.ok(trap[1] <= 0, 'no worker was lost');
      assert.deepEqual(out.getChild('x')?.toArray(), whole, `after ${stores}`);
    }
  });

  it('end without a word when the loop over their results has been left', async () => {
    const grouped = groupby(large(), 'origin');
    const call = () => applyParallel(grouped, () => ({ n: [1] }), { nJobs: 2, returnAs: 'generator' });
    for await (const _ of call());
    const left = call();
    const first = left.next();
    await left.return();
    assert.equal((await first).done, true);
  });

  it('split by keys that are not in shared memory, and what lies in place already', async () => {
    const table = large();
    const keys = Array.from({ length: table.numRows }, (_, i) => i % 3);
    const options = { sort: true, dropna: true, observed: true };
    const splitter = new ParallelSplitter(2, quiet);
    for (const by of [keys, keys.slice().sort()]) {
      const column = vectorFromArray(by, new Int32());
      const grouping = groupRows([{ type: column.type, chunks: [...column.data] }], table.numRows, options);
      const batch = await splitter.scatter(table, grouping);
      const whole = scatterTable(table, grouping);
      batch.columns.forEach((data, k) => {
        assert.deepEqual(data.values, whole.columns[k].values);
      });
    }
  });

  it('say that they failed, and what it was, when they could not', async () => {
    const table = large();
    const splitter = new ParallelSplitter(2, quiet);
    const { type } = chunkedColumn(table, 1);
    // As a column of strings that promises more bytes than it has would be.
    const broken = { type, chunks: [{ ...chunkedColumn(table, 1).chunks[0], values: undefined } as never] };
    await assert.rejects(
      splitter.group([broken], table.numRows, { sort: true, dropna: true, observed: true }),
      (error) => {
        assert.ok(error instanceof SplitFailure);
        assert.ok(error.cause instanceof Error);
        return true;
      },
    );
  });
});
