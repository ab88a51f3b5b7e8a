// Faults one after the other, on one backend, each once for each way of onError. Tells what became of the
// calls as a line of JSON.
//   node fault-child.js <fault,fault…> <backend> [timeout in ms]
import { readdirSync } from 'node:fs';
import { ApplyError, applyParallel, GroupError, groupby } from 'apply-parallel';
import { faults } from './faults.js';

const [names, backend, limit] = process.argv.slice(2);
let fault;
let warnings = [];
process.on('warning', ({ message }) => warnings.push(message));

const keys = [...'abcdefgh'];
const table = { k: keys, x: Float64Array.from(keys, (_, i) => i) };
const sum = (g, { key }) => ({ k: [key], s: [g.x[0] * 10] });
const faulty = (g, context) => (context.key === 'c' ? fault(g, context) : sum(g, context));
const timeout = limit ? Number(limit) : undefined;
const run = (fn, options) =>
  applyParallel(groupby(table, 'k'), fn, { nJobs: 2, backend, timeout, ...options });
const keysOf = (result) => [...result.k];
const threads = () => readdirSync('/proc/self/task').length;

const describe = (error) => {
  if (!(error instanceof Error)) return { value: String(error), type: typeof error };
  const { name, message, code, key, index, stack, cause, ...properties } = error;
  return {
    isApplyError: error instanceof ApplyError,
    isGroupError: error instanceof GroupError,
    name,
    message,
    code,
    key,
    index,
    firstFrame: stack?.split('\n').find((line) => line.trim().startsWith('at ')),
    properties,
    cause: 'cause' in error ? describe(error.cause) : undefined,
  };
};

const outcome = async (promise) => {
  try {
    return { keys: keysOf(await promise) };
  } catch (error) {
    return { error: describe(error) };
  }
};

await run(sum);
const reports = {};
for (const name of names.split(',')) {
  fault = faults[name];
  reports[name] = await reportOf();
}
console.log(JSON.stringify(reports));

async function reportOf() {
  warnings = [];
  const before = threads();
  const report = {};
  const seen = [];
  const replace = (error) => {
    seen.push(describe(error));
    return { k: [`not ${error.key}`], s: [-1] };
  };
  for (const onError of ['throw', 'skip', replace]) {
    const way = typeof onError === 'function' ? 'replace' : onError;
    const progress = [];
    report[way] = {
      ...(await outcome(run(faulty, { onError, progress: (p) => progress.push(p) }))),
      progress: progress.at(-1),
      next: await outcome(run(sum)),
    };
  }
  // Threads that have been ended take a moment to be gone, and those in their place to be there.
  for (let tries = 0; threads() !== before && tries < 100; tries++)
    await new Promise((r) => setTimeout(r, 50));
  return { ...report, seen, warnings, threads: { before, after: threads() } };
}
