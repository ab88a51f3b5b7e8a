import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import {
  ApplyError,
  applyParallel,
  createExecutor,
  effectiveNJobs,
  groupby,
  Memory,
  Parallel,
  parallelConfig,
  parmap,
  SharedQueue,
} from 'apply-parallel';

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
    [{ nJobs: 0 }, `applyParallel: ${nJobsRule} 0`],
    [{ nJobs: 1.5 }, `applyParallel: ${nJobsRule} 1.5`],
    [{ nJobs: '2' }, `applyParallel: ${nJobsRule} '2'`],
    [{ nJobs: Number.NaN }, `applyParallel: ${nJobsRule} NaN`],
    [{ nJobs: Number.POSITIVE_INFINITY }, `applyParallel: ${nJobsRule} Infinity`],
    [{ nJobs: null }, `applyParallel: ${nJobsRule} null`],
    [
      { backend: 'process' },
      "applyParallel: backend must be 'threads', 'processes', 'async' or 'inline', got 'process'; did you mean 'processes'?",
    ],
    [{ batchSize: 0 }, "applyParallel: batchSize must be 'auto' or a positive whole number, got 0"],
    [{ batchSize: 2.5 }, "applyParallel: batchSize must be 'auto' or a positive whole number, got 2.5"],
    [{ timeout: 0 }, 'applyParallel: timeout must be a positive number of milliseconds, got 0'],
    [{ timeout: Infinity }, 'applyParallel: timeout must be a positive number of milliseconds, got Infinity'],
    [{ seed: 1.5 }, 'applyParallel: seed must be a whole number or a string, got 1.5'],
    [
      { returnAs: 'list' },
      "applyParallel: returnAs must be 'frame', 'generator' or 'generatorUnordered', got 'list'; did you mean 'frame'?",
    ],
    [{ signal: new AbortController() }, /^applyParallel: signal must be an AbortSignal, got AbortController/],
    [
      { onError: 'ignore' },
      "applyParallel: onError must be 'throw', 'skip' or a function, got 'ignore'; did you mean 'skip'?",
    ],
    [{ progress: 1 }, 'applyParallel: progress must be true, false or a function, got 1'],
    [{ schema: { price: 'f64' } }, "applyParallel: schema must be an Arrow Schema, got { price: 'f64' }"],
    [{ input: 'pandas' }, /^applyParallel: input must be one of .*, got 'pandas'; did you mean 'danfo'\?$/],
    [{ input: 'Arow' }, /^applyParallel: input must be one of .*, got 'Arow'; did you mean 'arrow'\?$/],
    [{ input: 'excel' }, /^applyParallel: input must be one of same, columns, .*, got 'excel'$/],
    [{ output: 5 }, /^applyParallel: output must be one of same, columns, .*, got 5$/],
    [{ n_jobs: 2 }, "applyParallel has no option 'n_jobs'; did you mean 'nJobs'?"],
    [{ workers: 2 }, "applyParallel has no option 'workers'; did you mean 'nJobs'?"],
    [{ chunksize: 2 }, "applyParallel has no option 'chunksize'; did you mean 'batchSize'?"],
    [{ tqdm: true }, "applyParallel has no option 'tqdm'; did you mean 'progress'?"],
    [{ max_nbytes: '1M' }, /^applyParallel has no option 'max_nbytes'; groups lie in shared memory/],
    [
      { pre_dispatch: 2 },
      /^applyParallel has no option 'pre_dispatch'; workers take groups as they are free/,
    ],
    [
      { dropna: false },
      /'dropna'; it is an option of groupby: write groupby\(frame, key, \{ dropna: … \}\)$/,
    ],
    [{ kwargs: {} }, /^applyParallel has no option 'kwargs'; bind arguments with partial\(fn, \{ … \}\)/],
    [{ random_state: 1 }, "applyParallel has no option 'random_state'; did you mean 'seed'?"],
    [{ initargs: [1] }, /^applyParallel has no option 'initargs'; initializer may be a closure: /],
    [{ input: 'rows' }, /^applyParallel: input must be one of .*, got 'rows'; did you mean 'records'\?$/],
    [{ batchsize: 2 }, "applyParallel has no option 'batchsize'; did you mean 'batchSize'?"],
    [{ colour: 'red' }, /^applyParallel has no option 'colour'; it has nJobs, backend, batchSize, /],
    [{ constructor: 1 }, /^applyParallel has no option 'constructor'/],
    [null, 'applyParallel: options must be an object, got null'],
    [5, 'applyParallel: options must be an object, got 5; did you mean { nJobs: 5 }?'],
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
    wrong({ level: 0 }, /^groupby has no option 'level'; a frame has no index: name a key column/);
    wrong({ sort: 'yes' }, /^groupby: sort must be true or false, got 'yes'$/);
    wrong({ ascending: true }, /^groupby has no option 'ascending'; it has sort, dropna, observed$/);
  });
});

describe('what Python calls otherwise', () => {
  const cases: [name: string, body: () => unknown, message: string][] = [
    ['Parallel(2)', () => Parallel(2 as never), 'got 2; did you mean { nJobs: 2 }?'],
    ['parmap(f, xs, 2)', () => parmap(Math.sqrt, [], 2 as never), 'got 2; did you mean { nprocs: 2 }?'],
    ['createExecutor(4)', () => createExecutor(4 as never), 'got 4; did you mean { maxWorkers: 4 }?'],
    ['createExecutor(0)', () => createExecutor(0 as never), 'options must be an object, got 0'],
    ["Memory('./d')", () => new Memory('./d' as never), "got './d'; did you mean { location: './d' }?"],
    ['SharedQueue(4)', () => new SharedQueue(4 as never), 'got 4; did you mean { capacity: 4 }?'],
    [
      "parallelConfig('threading')",
      () => parallelConfig('threading' as never, () => 1),
      "got 'threading'; did you mean { backend: 'threads' }?",
    ],
    ...(
      [
        [{ returnAs: 'generator_unordered' }, "; did you mean 'generatorUnordered'?"],
        [{ backend: 'loky' }, "got 'loky'; did you mean 'processes'?"],
        [{ backend: 'multiprocessing' }, "; did you mean 'processes'?"],
        [{ backend: 'threading' }, "; did you mean 'threads'?"],
        [{ backend: 'sequential' }, "; did you mean 'inline'?"],
        [{ backend: 'constructor' }, "'threads', 'processes', 'async' or 'inline', got 'constructor'"],
        [{ n_jobs: 2 }, "Parallel has no option 'n_jobs'; did you mean 'nJobs'?"],
        [{ max_nbytes: 2 }, "; did you mean 'maxBytes'?"],
        [{ verbose: 10 }, "; did you mean 'progress'?"],
        [{ prefer: 'threads' }, "; say backend: 'threads', 'processes', 'async' or 'inline'"],
        [{ require: 'sharedmem' }, "take backend: 'inline' or 'async'; threads share none"],
      ] as [object, string][]
    ).map(([options, message]): (typeof cases)[number] => [
      JSON.stringify(options),
      () => Parallel(options),
      message,
    ]),
    [
      'max_workers',
      () => createExecutor({ max_workers: 2 } as never),
      "has no option 'max_workers'; did you mean 'maxWorkers'?",
    ],
  ];
  for (const [name, body, message] of cases) {
    it(`${name}: ${message}`, () =>
      assert.throws(
        body,
        (error: ApplyError) => error.code === 'ERR_INVALID_OPTION' && error.message.endsWith(message),
      ));
  }
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
