// npm run soak: calls in a loop with random faults, options and
// sizes. Every answer is checked; prints the resident size and the number of threads, which must stay where
// they are.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { applyParallel, groupby } from 'apply-parallel';
import { scriptArguments } from './script-arguments.js';

const USAGE = `Usage: npm run soak -- [CALLS] [DEADLY]

  CALLS     how many calls; 20000 by default
  DEADLY    the part of them in which a worker dies; 0.01 by default`;
const [given, givenDeadly] = scriptArguments(USAGE, {}, 2).positionals;

const calls = Number(given ?? 20_000);
const deadly = Number(givenDeadly ?? 0.01);

const pick = (values) => values[Math.floor(Math.random() * values.length)];
const below = (n) => Math.floor(Math.random() * n);

/* What may happen to one group of a call, and the code it must fail with. */
const mild = {
  throws: {
    code: 'ERR_GROUP_FAILED',
    fn: () => {
      throw new RangeError('soak');
    },
  },
  rejects: {
    code: 'ERR_GROUP_FAILED',
    fn: async () => {
      throw 'soak';
    },
  },
  returnsNonsense: { code: 'ERR_BAD_RESULT', fn: () => 5 },
  fails: { code: 'ERR_BAD_RESULT', fn: () => ({ k: [1], f: [() => 1] }) },
};
const lethal = {
  exits: { code: 'ERR_WORKER_EXITED', fn: () => process.exit(1) },
  hangs: {
    code: 'ERR_GROUP_TIMEOUT',
    fn: () => {
      for (;;);
    },
  },
  waits: { code: 'ERR_GROUP_TIMEOUT', fn: () => new Promise(() => {}) },
};

async function call() {
  const groups = 1 + below(30);
  const k = Int32Array.from({ length: groups * (1 + below(5)) }, (_, i) => i % groups);
  const isDeadly = Math.random() < deadly;
  const fault = isDeadly
    ? pick(Object.values(lethal))
    : Math.random() < 0.5
      ? pick(Object.values(mild))
      : undefined;
  const faulty = below(groups);
  const bad = fault?.fn;
  const fn = (g, { index }) => (bad && index === faulty ? bad() : g);
  const failed = [];
  const onError = pick([
    'throw',
    'skip',
    (error) => {
      failed.push(error);
      return null;
    },
  ]);
  const abort = new AbortController();
  const isAborted = Math.random() < 0.1;
  if (isAborted) setTimeout(() => abort.abort(), Math.random() * 3);
  const options = {
    nJobs: isDeadly ? 2 : pick([1, 2, 2]),
    batchSize: pick(['auto', 1, 5]),
    signal: abort.signal,
    onError,
    timeout: isDeadly ? 250 : undefined,
  };
  try {
    const rows = pick([frame, generator]);
    const seen = await rows(groupby({ k }, 'k'), fn, options);
    assert.equal(fault !== undefined && onError === 'throw', false, 'it must fail');
    const wanted = [...k].filter((key) => fault === undefined || key !== faulty).sort((a, b) => a - b);
    assert.deepEqual(seen, wanted);
    if (typeof onError === 'function')
      assert.deepEqual(
        failed.map(({ code }) => code),
        fault ? [fault.code] : [],
      );
  } catch (error) {
    if (error.code === 'ERR_ABORTED' && isAborted) return;
    if (error instanceof assert.AssertionError) throw error;
    assert.equal(error.code, fault?.code, error.stack);
    assert.equal(error.index, faulty);
  }
}

const frame = async (grouped, fn, options) => [...(await applyParallel(grouped, fn, options)).k];

async function generator(grouped, fn, options) {
  const rows = [];
  for await (const { frame: part } of applyParallel(grouped, fn, { ...options, returnAs: 'generator' }))
    rows.push(...part.k);
  return rows;
}

const threads = () => (process.platform === 'linux' ? readdirSync('/proc/self/task').length : Number.NaN);
const measures = [];
for (let done = 0; done < calls; done++) {
  // Two at a time now and then.
  await Promise.all(Math.random() < 0.2 ? [call(), call()] : [call()]);
  if ((done + 1) % Math.ceil(calls / 10) === 0) {
    // Threads that have been ended take a moment to be gone.
    await new Promise((resolve) => setTimeout(resolve, 500));
    globalThis.gc?.();
    measures.push({
      calls: done + 1,
      residentMB: Math.round(process.memoryUsage().rss / 2 ** 20),
      threads: threads(),
    });
    console.error(JSON.stringify(measures.at(-1)));
  }
}
console.log(JSON.stringify(measures));
