import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, groupby, transformParallel } from '#dist/index.js';

const rows = [
  { shop: 'a', price: 1, note: undefined },
  { shop: 'b', price: 2, note: 'x' },
];
type Untyped = Record<string, number>;

/** The warnings of unknown columns that a call emits. */
async function warningsOf(body: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = [];
  const listen = (warning: Error & { code?: string }) => {
    if (warning.code === 'APPLY_PARALLEL_UNKNOWN_COLUMN') messages.push(warning.message);
  };
  process.on('warning', listen);
  await body();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  return messages;
}

describe('a column of rows that is misspelled', () => {
  for (const nJobs of [1, 2]) {
    it(`is told once, with nJobs: ${nJobs}`, async () => {
      const code = `(rows) => rows.map((row) => ({ half: row.prize / ${nJobs * 2} }))`;
      const make = () => new Function(`return ${code}`)() as (rows: unknown) => Untyped[];
      const call = () => applyParallel(groupby(rows, 'shop'), make(), { nJobs });
      assert.deepEqual(await warningsOf(call), [
        "applyParallel: the function reads 'prize' of its rows, and no row has it; did you mean 'price'? " +
          'Write row.prize ?? null if it may be absent.',
      ]);
      assert.deepEqual(await warningsOf(call), []);
    });
  }

  it('is told by other verbs, and in rows that are made of a table', async () => {
    const columns = { shop: ['a', 'b'], price: [1, 2] };
    const double = (group: Untyped[]) => group.map((row) => ({ twice: row.prise * 2 }));
    const call = () =>
      transformParallel(groupby(columns, 'shop'), double as never, { input: 'records', nJobs: 1 });
    assert.match((await warningsOf(call))[0], /^transformParallel: the function double reads 'prise'/);
  });

  it('is not told of columns that some row has, of other names and of other forms', async () => {
    const calls = [
      () => applyParallel(groupby(rows, 'shop'), (g) => g.map((row) => ({ note: row.note })), { nJobs: 1 }),
      () => {
        const other = (g: unknown) => (g as Untyped[]).map((row) => ({ tax: row.quantity * 2 }));
        return applyParallel(groupby(rows, 'shop'), other, { nJobs: 1 });
      },
      () => {
        const absent = (g: unknown) => ({ x: [(g as Untyped).prize] });
        return applyParallel(groupby(rows, 'shop'), absent, { nJobs: 1, input: 'columns' });
      },
    ];
    for (const call of calls) assert.deepEqual(await warningsOf(call), []);
  });

  it('is not looked for in generated functions of many lines', async () => {
    const line = 'sum += row.prize * 2;\n';
    const sums = (lines: number) =>
      new Function(
        'rows',
        `let sum = 0; for (const row of rows) {\n${line.repeat(lines)}} return [{ sum }];`,
      );
    const call = (lines: number) => () =>
      applyParallel(groupby(rows, 'shop'), sums(lines) as never, { nJobs: 1 });
    assert.equal((await warningsOf(call(3))).length, 1);
    assert.deepEqual(await warningsOf(call(3000)), []);
  });
});
