// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Binary, Field, Float64, Schema, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { describeSchema } from '#dist/arrow/index.js';
import { combine, reviveResults, type WireResults } from '#dist/combine/index.js';
import type { Answer, WireCall, WriteCall } from '#dist/groups/cluster/protocol.js';
import { RowReader, stays } from '#dist/groups/cluster/rows.js';
import { reviveError } from '#dist/values/index.js';
import { decode, encodeWhole } from '#dist/wire/index.js';
import { within } from '../../support/within.js';
import { type CallOf, callOf } from './support/runner.js';

/* The glue of executors, run by a Python without Spark that has pyarrow. */

const candidates = [process.env.APPLY_PARALLEL_PYTHON, process.env.APPLY_PARALLEL_SPARK, 'python3'];
const python = candidates.find(
  (each) => each && spawnSync(each, ['-c', 'import pyarrow, fcntl'], { timeout: 60_000 }).status === 0,
);
const skip = python === undefined && 'APPLY_PARALLEL_PYTHON names no Python with pyarrow';
const built = (name: string) => fileURLToPath(import.meta.resolve(`#dist/${name}`));

interface Group {
  readonly x: Float64Array;
}

const rowsOf = (keys: readonly string[]): Table =>
  new Table({
    key: vectorFromArray([...keys], new Utf8()),
    x: vectorFromArray(Float64Array.from(keys, (_, row) => row)),
  });

const total = ({ x }: Group, { key }: { key: unknown }) => ({
  key: [key],
  total: Float64Array.of(x.reduce((sum, value) => sum + value, 0)),
});

/** What a task answers. */
interface Fed {
  readonly bodies: Uint8Array[];
  readonly numbers: number[];
  readonly error: string | null;
  /** The process of Node that waits for the next task; null if there is none. */
  readonly pid: number | null;
}

interface Task {
  readonly spec?: { readonly node?: string; readonly cut?: number; readonly file?: string };
  readonly fails?: boolean;
  readonly takes?: number;
  readonly typed?: boolean;
}

/** A Python worker in which the glue runs tasks, one after the other. */
class Worker {
  readonly folder = mkdtempSync(join(tmpdir(), 'apply-parallel-glue-'));
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  constructor() {
    copyFileSync(built('cluster-bundle.js.gz'), join(this.folder, 'runner.mjs.gz'));
    const feed = fileURLToPath(new URL('support/feed.py', import.meta.url));
    this.#child = spawn(python as string, ['-B', feed, built('cluster-glue.py')]);
    this.#ended = once(this.#child, 'exit');
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async feed(call: WireCall | WriteCall, rows: Table | undefined, task: Task = {}): Promise<Fed> {
    const spec = {
      runner: 'runner.mjs.gz',
      node: process.execPath,
      file: null,
      cut: null,
      root: this.folder,
    };
    const [callPath, rowsPath] = ['call', 'rows'].map((name) => join(this.folder, name));
    writeFileSync(callPath, encodeWhole(call));
    if (rows) writeFileSync(rowsPath, tableToIPC(rows, 'stream'));
    const request = {
      ...task,
      spec: { ...spec, ...task.spec },
      call: callPath,
      rows: rows ? rowsPath : null,
    };
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await within(120_000, 'Python to answer for a task', this.#lines.next());
    assert.ok(!done, 'Python ended');
    const { bodies, ...rest } = JSON.parse(value);
    return { ...rest, bodies: bodies.map((text: string) => Buffer.from(text, 'base64')) };
  }

  run(fn: CallOf['fn'], rows: Table, task?: Task): Promise<Fed> {
    return this.feed(callOf({ fn }), rows, task);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    try {
      await within(60_000, 'Python to end with its input', this.#ended);
    } finally {
      this.#child.kill('SIGKILL');
    }
    rmSync(this.folder, { recursive: true });
  }
}

function answersOf({ bodies, error }: Fed): Answer[] {
  assert.equal(error, null);
  const answers: Answer[] = [];
  const reader = new RowReader((bytes) => answers.push(decode(bytes) as Answer));
  for (const body of bodies) reader.add(body);
  return answers;
}

function resultsOf(fed: Fed): Record<string, unknown>[] {
  const results = answersOf(fed).flatMap((answer) =>
    answer.type === 'results' ? reviveResults(answer.results) : [],
  );
  const made = combine(results, {
    schema: new Schema([]),
    inputRows: () => assert.fail('rows were left behind'),
    describeGroup: String,
  });
  return made
    .toArray()
    .map((row) => row.toJSON())
    .sort((a, b) => String(a.key).localeCompare(String(b.key)));
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('the glue of executors', { skip }, () => {
  let worker: Worker;
  before(() => {
    worker = new Worker();
  });
  after(() => worker.close());

  const table = rowsOf(['b', 'a', 'b', 'c', 'a']);
  const totals = [
    { key: 'a', total: 5 },
    { key: 'b', total: 2 },
    { key: 'c', total: 3 },
  ];

  test('passes rows to the runner and its answers back, task after task to one process', async () => {
    const fed = await worker.run(total, table);
    assert.deepEqual(resultsOf(fed), totals);
    assert.deepEqual(
      fed.numbers,
      fed.bodies.map((_, k) => k),
    );
    const again = await worker.run(total, table);
    assert.deepEqual(resultsOf(again), totals);
    assert.equal(again.pid, fed.pid);
    // The runner is unpacked once, under its own name.
    assert.ok(readdirSync(worker.folder).includes('runner.mjs'));
  });

  test('has no answers for a task without rows', async () => {
    assert.deepEqual((await worker.feed(callOf({ fn: total }), undefined)).bodies, []);
    assert.deepEqual((await worker.run(total, rowsOf([]))).bodies, []);
  });

  test('cuts rows that are many, and no group is torn', async () => {
    const keys = Array.from(
      { length: 40_000 },
      (_, row) => `key ${String(Math.floor(row / 700)).padStart(3, '0')}`,
    );
    const whole = rowsOf(keys);
    const batches = Array.from({ length: 40 }, (_, k) => whole.slice(k * 1000, k * 1000 + 1000).batches[0]);
    const fed = await worker.run(total, new Table(whole.schema, batches), { spec: { cut: 100_000 } });
    const expected = await worker.run(total, whole);
    assert.deepEqual(resultsOf(fed), resultsOf(expected));
    const parts = (of: Fed) => answersOf(of).filter(({ type }) => type === 'groups').length;
    assert.equal(parts(expected), 1);
    assert.ok(parts(fed) > 5);
  });

  test('reads answers while it still writes rows', async () => {
    // Each piece gives more than a pipe holds, while the pieces after it fill the other pipe.
    const keys = Array.from({ length: 60 }, (_, k) =>
      Array.from({ length: 4000 }, () => `k${String(k).padStart(2, '0')}`),
    );
    const whole = rowsOf(keys.flat());
    const batches = keys.map((_, k) => whole.slice(k * 4000, k * 4000 + 4000).batches[0]);
    const twice = ({ x }: Group) => ({ x: Float64Array.from({ length: 2 * x.length }, (_, k) => k) });
    const fed = await worker.run(twice, new Table(whole.schema, batches), { spec: { cut: 60_000 } });
    assert.equal(resultsOf(fed).length, 2 * 60 * 4000);
  });

  test('takes a function from a file beside the runner, which it reads once', async () => {
    const { fn, ...call } = callOf({ fn: total });
    const path = join(worker.folder, 'function.bin');
    writeFileSync(path, encodeWhole(fn));
    const run = () => worker.feed(call, table, { spec: { file: 'function.bin' } });
    assert.deepEqual(resultsOf(await run()), totals);
    rmSync(path);
    assert.deepEqual(resultsOf(await run()), totals);
  });

  test('ends a task whose answers have more bytes than Spark hands out, and goes on', async () => {
    const counts = join(worker.folder, 'large');
    const fn = async () => {
      appendFileSync(counts, '.');
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { x: new Float64Array(50_000) };
    };
    const many = rowsOf(Array.from({ length: 300 }, (_, row) => `k${row}`));
    const fed = await worker.feed(callOf({ fn, mostBytes: 100_000, batchSize: 1 }), many);
    assert.throws(() => answersOf(fed), {
      message: /^AP_LARGE_RESULTS: \{.*"bytes":4\d{5},"most":100000\}$/,
    });
    // Some of the next groups may have begun.
    assert.ok(readFileSync(counts, 'utf8').length < 300);
    assert.deepEqual(resultsOf(await worker.run(total, table)), totals);
  });

  test('tells where there is no Node in a row, so that Spark does not try again', async () => {
    for (const node of ['no-such-node', 'no/such/node']) {
      const { bodies, error } = await worker.run(total, table, { spec: { node } });
      assert.equal(error, null);
      assert.equal(bodies.length, 1);
      assert.throws(
        () => answersOf({ bodies, numbers: [], error: null, pid: null }),
        /AP_NO_NODE: \{"node": "no/,
      );
    }
    assert.deepEqual(resultsOf(await worker.run(total, table)), totals);
  });

  describe('where a group ends the process', () => {
    /** Returns a function that counts the runs of each group in a file, and may end the process. */
    const ending = (signal: NodeJS.Signals, often: number, others: string[] = ['b']) => {
      const { folder } = worker;
      const counts = `${folder}/runs-${Math.random()}`;
      const fn = ({ x }: Group, { key }: { key: string }) => {
        const { appendFileSync, readFileSync } = process.getBuiltinModule('node:fs');
        appendFileSync(counts, `${key}\n`);
        const runs = readFileSync(counts, 'utf8')
          .split('\n')
          .filter((line) => line === key).length;
        if (others.includes(key) && runs <= often) {
          process.kill(process.pid, signal);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
        }
        return { key: [key], total: Float64Array.of(x.reduce((sum, value) => sum + value, 0)) };
      };
      const runsOf = () => readFileSync(counts, 'utf8').trim().split('\n');
      return { fn, runsOf };
    };

    const told = (fed: Fed, type: 'failure' | 'retry') =>
      answersOf(fed).flatMap((answer) => (answer.type === type ? [answer.failure] : []));
    const briefly = (fed: Fed, type: 'failure' | 'retry') =>
      told(fed, type).map(({ index, kind, attempt, error }) => {
        const { message } = reviveError(error as NonNullable<typeof error>) as Error;
        return { index, kind, attempt, message };
      });
    const count = (fed: Fed, type: Answer['type']) =>
      answersOf(fed).filter((each) => each.type === type).length;

    test('it fails, and the others have their results', async () => {
      const before = (await worker.run(total, table)).pid;
      const { fn } = ending('SIGSEGV', 9);
      const fed = await worker.run(fn, table);
      assert.deepEqual(briefly(fed, 'failure'), [
        { index: 1, kind: 'exited', attempt: undefined, message: 'the worker ended with SIGSEGV' },
      ]);
      assert.deepEqual(resultsOf(fed), [totals[0], totals[2]]);
      assert.deepEqual([count(fed, 'groups'), count(fed, 'end')], [1, 1]);
      assert.notEqual(fed.pid, before);
      assert.ok(fed.pid);
      assert.deepEqual(resultsOf(await worker.run(total, table)), totals);
    });

    test('others do not run where the first failure ends the call', async () => {
      const { fn, runsOf } = ending('SIGABRT', 9, ['a', 'b', 'c']);
      const fed = await worker.feed(callOf({ fn, stopsAtFailure: true }), table);
      assert.equal(briefly(fed, 'failure').length, 1);
      assert.deepEqual([runsOf().length, count(fed, 'results'), count(fed, 'end')], [1, 0, 1]);
    });

    test('each of several does', async () => {
      const { fn } = ending('SIGABRT', 9, ['a', 'c']);
      const fed = await worker.run(fn, table);
      assert.deepEqual(
        briefly(fed, 'failure')
          .map(({ index }) => index)
          .sort(),
        [0, 2],
      );
      assert.deepEqual(resultsOf(fed), [totals[1]]);
    });

    test('retries run it again, and count', async () => {
      const { fn, runsOf } = ending('SIGABRT', 2);
      const fed = await worker.feed(callOf({ fn, retries: { count: 3, delay: 1 } }), table);
      assert.deepEqual(
        briefly(fed, 'retry').map(({ index, kind, attempt }) => ({ index, kind, attempt })),
        [1, 2].map((attempt) => ({ index: 1, kind: 'exited', attempt })),
      );
      assert.deepEqual(resultsOf(fed), totals);
      assert.equal(runsOf().filter((key) => key === 'b').length, 3);
      const all = ending('SIGABRT', 9);
      const failed = await worker.feed(callOf({ fn: all.fn, retries: { count: 1, delay: 1 } }), table);
      assert.deepEqual(
        briefly(failed, 'failure').map(({ attempt }) => attempt),
        [2],
      );
      assert.deepEqual(
        briefly(failed, 'retry').map(({ attempt }) => attempt),
        [1],
      );
    });

    test('a SIGKILL is forgiven once', async () => {
      const once = await worker.run(ending('SIGKILL', 1).fn, table);
      assert.deepEqual([resultsOf(once), count(once, 'failure')], [totals, 0]);
      const { fn, runsOf } = ending('SIGKILL', 9);
      const fed = await worker.run(fn, table);
      assert.match(
        briefly(fed, 'failure')[0].message,
        /^the worker ended with SIGKILL; somebody has killed it/,
      );
      assert.equal(runsOf().filter((key) => key === 'b').length, 2);
    });

    test('groups of pieces that are done do not run again, and no group of other pieces is lost', async () => {
      const keys = Array.from({ length: 40 }, (_, k) =>
        Array.from({ length: 1000 }, () => `k${String(Math.floor(k * 0.7)).padStart(2, '0')}`),
      );
      const whole = rowsOf(keys.flat());
      const batches = keys.map((_, k) => whole.slice(k * 1000, k * 1000 + 1000).batches[0]);
      const dying = ['k03', 'k09', 'k10', 'k27'];
      const { fn, runsOf } = ending('SIGABRT', 9, dying);
      const fed = await worker.run(fn, new Table(whole.schema, batches), { spec: { cut: 60_000 } });
      const expected = resultsOf(await worker.run(total, whole)).filter(
        ({ key }) => !dying.includes(String(key)),
      );
      assert.deepEqual(resultsOf(fed), expected);
      assert.equal(count(fed, 'failure'), 4);
      assert.equal(count(fed, 'groups'), count(fed, 'end'));
      // A piece has few groups, and none before it runs again.
      assert.ok(runsOf().length < 28 + 4 * 6, String(runsOf().length));
    });

    test('large results that had arrived stay, and the rows go on', async () => {
      const { folder } = worker;
      const counts = `${folder}/runs-of-large`;
      const fn = (_: Group, { key }: { key: string }) => {
        const { appendFileSync } = process.getBuiltinModule('node:fs');
        appendFileSync(counts, `${key}\n`);
        if (key === 'c') {
          process.kill(process.pid, 'SIGSEGV');
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
        }
        return { key: Array.from({ length: 300_000 }, () => key), total: new Float64Array(300_000).fill(1) };
      };
      const fed = await worker.feed(callOf({ fn, batchSize: 1 }), table);
      assert.deepEqual(
        briefly(fed, 'failure').map(({ index, kind }) => [index, kind]),
        [[2, 'exited']],
      );
      assert.equal(resultsOf(fed).length, 600_000);
      // Results that were under way when the process ended are lost, and those groups run again.
      const runs = readFileSync(counts, 'utf8').trim().split('\n');
      assert.deepEqual([...new Set(runs)].sort(), ['a', 'b', 'c']);
      assert.ok(runs.length <= 5 && runs.filter((key) => key === 'c').length === 1);
    });

    test('results that stay on the cluster are whole', async () => {
      const { fn } = ending('SIGABRT', 9);
      const fed = await worker.feed(callOf({ fn, keepsResults: true }), table);
      const kept: Record<string, unknown>[] = [];
      const reader = new RowReader((bytes) => {
        const made = combine([reviveResults(decode(bytes) as WireResults)], {
          schema: new Schema([]),
          inputRows: () => assert.fail('rows were left behind'),
          describeGroup: String,
        });
        kept.push(...made.toArray().map((row) => row.toJSON()));
      });
      for (const body of fed.bodies.filter(stays)) reader.add(body);
      assert.deepEqual(
        kept.sort((a, b) => String(a.key).localeCompare(String(b.key))),
        [totals[0], totals[2]],
      );
    });

    test('the task fails where no group ran, so that Spark tries again', async () => {
      const initializer = () => process.kill(process.pid, 'SIGKILL');
      const fed = await worker.feed(callOf({ fn: total, initializer }), table);
      assert.match(String(fed.error), /NodeDied: AP_NODE_DIED: \{"code": -9, "group": null, "host": /);
      assert.equal(fed.pid, null);
      assert.deepEqual(resultsOf(await worker.run(total, table)), totals);
    });
  });

  test('tells an error of the rows, and not that the runner was ended for it', async () => {
    const fed = await worker.run(total, table, { fails: true });
    assert.equal(fed.error, 'ValueError: the rows cannot be read');
    assert.deepEqual(resultsOf(await worker.run(total, table)), totals);
  });

  test('ends the runner of a task that is left in the middle', async () => {
    const { pid } = await worker.run(total, table);
    const large = () => ({ x: new Float64Array(1_000_000) });
    const left = await worker.run(large, table, { takes: 1 });
    assert.deepEqual([left.bodies.length, left.pid], [1, null]);
    assert.ok(!isAlive(pid as number));
  });

  test('numbers rows that stay on the cluster downwards, and gives them columns', async () => {
    const fed = await worker.feed(callOf({ fn: total, keepsResults: true }), table);
    const kept = fed.bodies.filter(stays);
    assert.ok(kept.length > 0);
    const numbers = fed.bodies.map((body, k) => (stays(body) ? -1 - k : k));
    assert.deepEqual(fed.numbers, numbers);
    const schema = new Schema([new Field('key', new Utf8(), true), new Field('total', new Float64(), true)]);
    const wire = describeSchema(schema);
    const rows = new Table({ body: vectorFromArray(kept, new Binary()) });
    const call = { reads: wire, writes: wire, hasAnswers: false };
    const written = await worker.feed(call, rows, { typed: true });
    assert.deepEqual([written.error, written.bodies.length], [null, 1]);
    const bad = new Table({ body: vectorFromArray([Uint8Array.of(4, 1, 2)], new Binary()) });
    assert.match(
      String((await worker.feed(call, bad, { typed: true })).error),
      /RunnerError: AP_BAD_RESULTS/,
    );
  });

  test('ends the runner with Python', async () => {
    const other = new Worker();
    const { pid } = await other.run(total, table);
    assert.ok(isAlive(pid as number));
    await other.close();
    for (let turn = 0; turn < 200 && isAlive(pid as number); turn++) await sleep(20);
    assert.ok(!isAlive(pid as number));
  });
});
