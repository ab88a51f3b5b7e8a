import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bun, otherNode } from '../../scripts/extras.js';

/* The table of docs/hosts.md: what each runtime can do, and what it says where it cannot. */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

const MODULE = `export const scaled = (g, { key }) => ({ k: [key], x: [g.x[0] * 2] });
export const twice = (x) => x * 2;
`;

/** Prints a line of JSON: for each thing to do its outcome. */
const PROGRAM = `
import { tableFromArrays } from 'apache-arrow';
import { ApplyError, applyParallel, createExecutor, delayed, dump, groupby, hash, load, Memory, moduleFunction, Parallel, parmap, partial, SharedQueue, shutdown } from 'apply-parallel';
const columns = { k: ['b', 'a', 'b', 'c'], x: Float64Array.of(1, 2, 3, 4) };
const factor = 2;
const run = (fn, options) => applyParallel(groupby(columns, 'k'), fn, { nJobs: 2, output: 'records', ...options });
const module = new URL('./module.mjs', import.meta.url);
const first = (g, { key }) => ({ k: [key], x: [g.x[0] * 2] });
const things = {
  'groups, plain function': () => run(first),
  'groups, module function': () => run(moduleFunction(module, 'scaled')),
  'groups, bound values': () => run(partial((g, { by }, { key }) => ({ k: [key], x: [g.x[0] * by.get('it')] }), { by: new Map([['it', 2]]) })),
  'groups, bound array': () => run(partial((g, { by }, { key }) => ({ k: [key], x: [g.x[0] * by[0]] }), { by: Float64Array.of(2) })),
  'groups, closure': () => run((g, { key }) => ({ k: [key], x: [g.x[0] * factor] })),
  'groups, closure inline': () => run((g, { key }) => ({ k: [key], x: [g.x[0] * factor] }), { nJobs: 1 }),
  'groups, Arrow': async () => {
    const table = tableFromArrays({ k: ['b', 'a', 'b', 'c'], x: Float64Array.of(1, 2, 3, 4) });
    return applyParallel(groupby(table, 'k'), (g) => g.slice(0, 1), { nJobs: 2, output: 'records' });
  },
  'groups, one by one': async () => {
    const keys = [];
    for await (const { key } of run(first, { returnAs: 'generator' })) keys.push(key);
    return keys;
  },
  'groups, failing': () => run((g, { key }) => { if (key === 'a') throw new RangeError('x'); return g; }),
  'groups, skipping': () => run((g, { key }) => { if (key === 'b') throw new RangeError('x'); return { k: [key] }; }, { onError: 'skip' }),
  'groups, exiting': () => run((g, { key }) => { if (key === 'a') process.exit(1); return g; }),
  'groups, hanging': () => run((g, { key }) => { while (key === 'a'); return g; }, { timeout: 200 }),
  'groups, aborted': () => run(() => { for (;;); }, { signal: AbortSignal.timeout(200) }),
  'calls': () => Parallel({ nJobs: 2 })([1, 2].map(delayed((x) => x * 2))),
  'calls, module function': () => Parallel({ nJobs: 2 })([1, 2].map(delayed(moduleFunction(module, 'twice')))),
  'calls, inline': () => Parallel({ nJobs: 1 })([1, 2].map(delayed((x) => x * factor))),
  'calls, async': () => Parallel({ backend: 'async' })([1, 2].map(delayed(async (x) => x * factor))),
  'parmap': () => parmap((x) => x * 2, [1, 2], { nprocs: 2 }),
  'executor': async () => {
    const executor = createExecutor({ maxWorkers: 2 });
    try {
      return await executor.submit((x) => x * 2, 1);
    } finally {
      await executor.shutdown();
    }
  },
  'dump': async () => { await dump({ a: new Map([[1, 2]]) }, 'value.bin'); return [...(await load('value.bin')).a]; },
  'dump Parquet': async () => { await dump(tableFromArrays({ a: Int32Array.of(1, 2) }), 'table.parquet'); return (await load('table.parquet')).numRows; },
  'dump Arrow': async () => { await dump(tableFromArrays({ a: Int32Array.of(1, 2) }), 'table.arrow'); return (await load('table.arrow')).numRows; },
  'hash': async () => hash({ a: [1, new Map([['x', new Date(0)]])] }),
  'memory': async () => {
    let calls = 0;
    const cached = new Memory({ location: 'cache', verbose: 0 }).cache((x) => { calls++; return x + 1; });
    return [await cached(1), await cached(1), calls];
  },
  'queue': async () => { const queue = new SharedQueue({ capacity: 10 }); await queue.put({ a: [1] }); return queue.take(); },
  'after all that': () => run(first),
};
const outcomes = {};
for (const [name, thing] of Object.entries(things)) {
  outcomes[name] = await thing().catch((error) =>
    error instanceof ApplyError ? error.code + ': ' + error.message : 'raw: ' + error.stack);
}
await shutdown();
console.log(JSON.stringify(outcomes));
`;

const rows = [
  { k: 'a', x: 4 },
  { k: 'b', x: 2 },
  { k: 'c', x: 8 },
];
const exited = "group 'a': the worker exited; the function, or something it uses, called process.exit()";
const timedOut = "group 'a': the function ran longer than the timeout of 200 ms and was stopped";

const onNode: Readonly<Record<string, unknown>> = {
  'groups, plain function': rows,
  'groups, module function': rows,
  'groups, bound values': rows,
  'groups, bound array': rows,
  'groups, closure': rows,
  'groups, closure inline': rows,
  'groups, Arrow': [
    { k: 'a', x: 2 },
    { k: 'b', x: 1 },
    { k: 'c', x: 4 },
  ],
  'groups, one by one': ['a', 'b', 'c'],
  'groups, failing': "ERR_GROUP_FAILED: group 'a' failed: RangeError: x",
  'groups, skipping': [{ k: 'a' }, { k: 'c' }],
  'groups, exiting': `ERR_WORKER_EXITED: ${exited}`,
  'groups, hanging': `ERR_GROUP_TIMEOUT: ${timedOut}`,
  'groups, aborted': 'ERR_ABORTED: the call was aborted',
  calls: [2, 4],
  'calls, module function': [2, 4],
  'calls, inline': [2, 4],
  'calls, async': [2, 4],
  parmap: [2, 4],
  executor: 2,
  dump: [[1, 2]],
  'dump Parquet': 2,
  'dump Arrow': 2,
  hash: '362256891f18019276bff2effb60c617',
  memory: [2, 2, 1],
  queue: { a: [1] },
  'after all that': rows,
};

const noSerializer =
  /^ERR_UNSUPPORTED: Bun [\d.]+ has no Serializer in node:v8, which this needs; run the program with Node/;
const orInline = new RegExp(`${noSerializer.source}, or pass nJobs: 1, which runs the calls in this thread$`);

/** What is different in Bun. */
const onBun: Readonly<Record<string, unknown>> = {
  'groups, bound array':
    /^ERR_UNSHIPPABLE: .*\.by: it cannot be copied \(Bun [\d.]+ has no Serializer in node:v8/,
  'groups, closure':
    /^ERR_UNSHIPPABLE: .*it uses factor from the code around it, which cannot be read here because the inspector is not available\. Pass such values with partial/,
  calls: orInline,
  'calls, module function': orInline,
  parmap: orInline,
  executor: orInline,
  dump: noSerializer,
  // It runs, with a warning that the result is not cached.
  memory: [2, 2, 2],
};

const runtimes: [name: string, program: string | undefined, different: Readonly<Record<string, unknown>>][] =
  [
    ['this Node', process.execPath, {}],
    ...[22, 24, 26].map((major): [string, string | undefined, object] => [
      `Node ${major}`,
      otherNode(major),
      {},
    ]),
    ['Bun', bun(), onBun],
  ] as never;

describe('the package runs on', { concurrency: 2 }, () => {
  let folder = '';
  before(async () => {
    // Inside the project, where the package finds itself by its name.
    folder = await mkdtemp(join(root, 'out-runtimes-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [name, program, different] of runtimes) {
    const skip = program ? false : 'not installed: node scripts/extras.js installs it';
    it(name, { skip }, async () => {
      const place = await mkdtemp(join(folder, 'one-'));
      await writeFile(join(place, 'module.mjs'), MODULE);
      await writeFile(join(place, 'program.mjs'), PROGRAM);
      const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
      const { stdout } = await run(program as string, ['program.mjs'], { cwd: place, env, timeout: 120_000 });
      const outcomes = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
      assert.deepEqual(Object.keys(outcomes), Object.keys(onNode));
      for (const [thing, outcome] of Object.entries(outcomes)) {
        const expected = different[thing] ?? onNode[thing];
        if (expected instanceof RegExp) assert.match(String(outcome), expected, thing);
        else assert.deepEqual(outcome, expected, thing);
      }
    });
  }
});
