import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { ApplyError, applyParallel, effectiveNJobs, groupby } from 'apply-parallel';

/* Wrong options: the option, its rule and what it got, before any work. */

const table = tableFromArrays({ category: ['a', 'b'], price: Float64Array.of(1, 2) });
const groups = groupby(table, 'category');

const rejects = (options: unknown, message: string | RegExp) =>
  assert.rejects(
    // biome-ignore lint/suspicious/noExplicitAny: what the types refuse is what is tested
    applyParallel(groups, () => assert.fail('it was run'), options as any),
    (error) => {
      assert.ok(error instanceof ApplyError);
      assert.equal(error.name, 'ApplyError');
      assert.equal(error.code, 'ERR_INVALID_OPTION');
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );

const nJobsRule =
  'nJobs must be a whole number other than 0 (-1: all cores, -2: all but one, 1: this thread), got';

describe('options of applyParallel', () => {
  const cases: [options: unknown, message: string | RegExp][] = [
    [{ nJobs: 0 }, `${nJobsRule} 0`],
    [{ nJobs: 1.5 }, `${nJobsRule} 1.5`],
    [{ nJobs: '2' }, `${nJobsRule} '2'`],
    [{ nJobs: Number.NaN }, `${nJobsRule} NaN`],
    [{ nJobs: Number.POSITIVE_INFINITY }, `${nJobsRule} Infinity`],
    [{ nJobs: null }, `${nJobsRule} null`],
    [
      { backend: 'processes' },
      "applyParallel: backend must be 'threads', 'async' or 'inline', got 'processes'",
    ],
    [{ batchSize: 0 }, "applyParallel: batchSize must be 'auto' or a positive whole number, got 0"],
    [{ batchSize: 2.5 }, "applyParallel: batchSize must be 'auto' or a positive whole number, got 2.5"],
    [{ timeout: 0 }, 'applyParallel: timeout must be a positive number of milliseconds, got 0'],
    [{ timeout: Infinity }, 'applyParallel: timeout must be a positive number of milliseconds, got Infinity'],
    [{ seed: 1.5 }, 'applyParallel: seed must be a whole number or a string, got 1.5'],
    [
      { returnAs: 'list' },
      "applyParallel: returnAs must be 'frame', 'generator' or 'generatorUnordered', got 'list'",
    ],
    [{ signal: new AbortController() }, /^applyParallel: signal must be an AbortSignal, got AbortController/],
    [{ onError: 'ignore' }, "applyParallel: onError must be 'throw', 'skip' or a function, got 'ignore'"],
    [{ progress: 1 }, 'applyParallel: progress must be true, false or a function, got 1'],
    [{ schema: { price: 'f64' } }, "applyParallel: schema must be an Arrow Schema, got { price: 'f64' }"],
    [{ input: 'pandas' }, /^applyParallel: input must be one of same, columns, .*, got 'pandas'$/],
    [{ output: 5 }, /^applyParallel: output must be one of same, columns, .*, got 5$/],
    [{ n_jobs: 2 }, "applyParallel has no option 'n_jobs'; did you mean 'nJobs'?"],
    [{ batchsize: 2 }, "applyParallel has no option 'batchsize'; did you mean 'batchSize'?"],
    [{ colour: 'red' }, /^applyParallel has no option 'colour'; it has nJobs, backend, batchSize, /],
    [{ constructor: 1 }, /^applyParallel has no option 'constructor'/],
    [null, 'applyParallel: options must be an object, got null'],
    [5, 'applyParallel: options must be an object, got 5'],
    [[], 'applyParallel: options must be an object, got []'],
  ];
  for (const [options, message] of cases) {
    it(`${typeof message === 'string' ? message : message.source}`, () => rejects(options, message));
  }

  it('may be undefined, each and all', async () => {
    const fn = () => ({ n: [1] });
    const result = await applyParallel(groups, fn, {
      nJobs: 1,
      signal: undefined,
      schema: undefined,
      onError: undefined,
    });
    assert.equal(result.numRows, 2);
    assert.equal((await applyParallel(groups, fn, undefined)).numRows, 2);
  });
});

describe('options of groupby', () => {
  it('are checked as well', () => {
    const wrong = (options: object, message: RegExp) =>
      assert.throws(() => groupby(table, 'category', options), { code: 'ERR_INVALID_OPTION', message });
    wrong({ sorted: true }, /^groupby has no option 'sorted'; did you mean 'sort'\?$/);
    wrong({ sort: 'yes' }, /^groupby: sort must be true or false, got 'yes'$/);
    wrong({ ascending: true }, /^groupby has no option 'ascending'; it has sort, dropna, observed$/);
  });
});

describe('effectiveNJobs', () => {
  it("means what joblib's means", () => {
    const cores = effectiveNJobs();
    assert.equal(effectiveNJobs(-1), cores);
    assert.equal(effectiveNJobs(-2), Math.max(1, cores - 1));
    assert.equal(effectiveNJobs(-1000), 1);
    assert.equal(effectiveNJobs(7), 7);
    assert.throws(() => effectiveNJobs(0), { code: 'ERR_INVALID_OPTION', message: `${nJobsRule} 0` });
  });
});
