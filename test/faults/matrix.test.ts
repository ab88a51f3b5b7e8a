import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

/*
 * The fault matrix: every fault in one of eight groups, on every backend it can happen on, for every way of
 * onError. Each fault and backend has a process of its own that must end by itself; the faults that end no
 * worker share one for each backend. After each faulty call an ordinary one must work.
 */

interface Described {
  isApplyError?: boolean;
  isGroupError?: boolean;
  name?: string;
  message?: string;
  code?: string;
  key?: string;
  index?: number;
  firstFrame?: string;
  properties?: { [name: string]: unknown };
  cause?: Described;
  value?: string;
  type?: string;
}
interface Outcome {
  keys?: string[];
  error?: Described;
}
type Call = Outcome & { progress: { groups: number; rows: number; done: boolean }; next: Outcome };
interface Report {
  throw: Call;
  skip: Call;
  replace: Call;
  seen: Described[];
  warnings: string[];
  threads: { before: number; after: number };
}

interface Fault {
  readonly code: string;
  readonly message: RegExp;
  /** Ends the process where there is no worker. */
  readonly needsWorker?: true;
  /** Ends the process unless it is one of its own. */
  readonly needsProcess?: true;
  readonly nodeArgs?: readonly string[];
  /** The option of the calls. */
  readonly timeout?: number;
  /** The function in which it happens: the first frame of the stack. */
  readonly frame?: string;
  check?(error: Described): void;
}

const faults: { readonly [name: string]: Fault } = {
  errorSubclass: {
    code: 'ERR_GROUP_FAILED',
    message: /^group 'c' failed: PriceError: no price$/,
    frame: 'errorSubclass',
    check({ cause }) {
      assert.equal(cause?.name, 'PriceError');
      assert.equal(cause?.code, 'E_PRICE');
      assert.deepEqual(cause?.properties, { detail: { rows: [1, 2] } });
      assert.equal(cause?.cause?.name, 'RangeError');
      assert.equal(cause?.cause?.message, 'too low');
    },
  },
  string: {
    code: 'ERR_GROUP_FAILED',
    message: /^group 'c' failed: it threw 'just a string'$/,
    check: ({ cause }) => assert.deepEqual(cause, { value: 'just a string', type: 'string' }),
  },
  undefined: {
    code: 'ERR_GROUP_FAILED',
    message: /^group 'c' failed: it threw undefined$/,
    check: ({ cause }) => assert.deepEqual(cause, { value: 'undefined', type: 'undefined' }),
  },
  reject: { code: 'ERR_GROUP_FAILED', message: /^group 'c' failed: TypeError: rejected$/, frame: 'reject' },
  timerWhileWaiting: {
    code: 'ERR_GROUP_FAILED',
    message: /^group 'c' failed: PriceError: from a timer$/,
    needsWorker: true,
    check: ({ cause }) => assert.equal(cause?.code, 'E_PRICE'),
  },
  exit: {
    code: 'ERR_WORKER_EXITED',
    message: /^group 'c': the worker exited(?: with code [03])?; .* called process\.exit\(\)$/,
    needsWorker: true,
  },
  exitLater: {
    code: 'ERR_WORKER_EXITED',
    message: /^group 'c': the worker exited(?: with code [03])?; .* called process\.exit\(\)$/,
    needsWorker: true,
  },
  ...Object.fromEntries(
    ['abort', 'segmentationFault', 'kill'].map((name, k): [string, Fault] => {
      const signal = ['SIGABRT', 'SIGSEGV', 'SIGKILL'][k];
      const message = new RegExp(`^group 'c': the worker ended with ${signal}`);
      const check = ({ cause }: Described) => assert.deepEqual(cause?.properties, { exitCode: null, signal });
      return [name, { code: 'ERR_WORKER_EXITED', message, needsWorker: true, needsProcess: true, check }];
    }),
  ),
  endlessLoop: {
    code: 'ERR_GROUP_TIMEOUT',
    message: /^group 'c': the function ran longer than the timeout of 300 ms and was stopped$/,
    needsWorker: true,
    timeout: 300,
  },
  endlessAwait: {
    code: 'ERR_GROUP_TIMEOUT',
    message: /^group 'c': the function ran longer than the timeout of 300 ms and was stopped$/,
    timeout: 300,
  },
  heap: {
    code: 'ERR_WORKER_OUT_OF_MEMORY',
    message: /^group 'c': the worker ran out of heap memory; .*--max-old-space-size$/,
    needsWorker: true,
    nodeArgs: ['--max-old-space-size=64'],
    check: ({ cause }) => assert.equal(cause?.code, 'ERR_WORKER_OUT_OF_MEMORY'),
  },
  typedArrays: {
    code: 'ERR_GROUP_FAILED',
    message: /^group 'c' failed: RangeError: /,
    check: ({ cause }) => assert.equal(cause?.name, 'RangeError'),
  },
  number: {
    code: 'ERR_BAD_RESULT',
    message: /^group 'c': the function returned 5, which is no frame; return /,
  },
  ragged: {
    code: 'ERR_BAD_RESULT',
    message: /^group 'c': columns of different lengths: 'y' has 3 .* 'z' has 1$/,
  },
  functions: { code: 'ERR_BAD_RESULT', message: /^group 'c': column "y" holds a function \(row 0/ },
  symbols: { code: 'ERR_BAD_RESULT', message: /^group 'c': column "y" holds a symbol \(row 0/ },
};

const script = join(import.meta.dirname, 'support', 'fault-child.js');
const all = [...'abcdefgh'];
const others = [...'abdefgh'];

/** The faults that end no worker. */
const harmless = Object.keys(faults).filter((name) => !faults[name].needsWorker && !faults[name].timeout);
const shared = new Map<string, ReturnType<typeof reportsOf>>();

async function reportOf(name: string, backend: string): Promise<Report> {
  if (!harmless.includes(name)) return (await reportsOf([name], backend))[name];
  const reports = shared.get(backend) ?? reportsOf(harmless, backend);
  shared.set(backend, reports);
  return (await reports)[name];
}

async function reportsOf(names: readonly string[], backend: string): Promise<Record<string, Report>> {
  const { nodeArgs = [], timeout = '' } = faults[names[0]];
  const args = [...nodeArgs, script, names.join(','), backend, String(timeout)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '' },
    // The watchdog.
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(stdout) as Record<string, Report>;
}

describe('fault matrix', { concurrency: 2 }, () => {
  for (const [name, fault] of Object.entries(faults)) {
    const workers = fault.needsProcess ? ['processes'] : ['threads', 'processes'];
    for (const backend of fault.needsWorker ? workers : [...workers, 'inline', 'async']) {
      it(`${name}, ${backend}`, async () => {
        const report = await reportOf(name, backend);

        const { error } = report.throw;
        assert.ok(error, "onError: 'throw' rejects");
        for (const described of [error, report.seen[0]]) {
          assert.equal(described.isGroupError && described.isApplyError, true);
          assert.equal(described.name, 'GroupError');
          assert.equal(described.code, fault.code);
          assert.match(described.message ?? '', fault.message);
          assert.equal(described.key, 'c');
          assert.equal(described.index, 2);
          if (fault.frame) assert.match(described.firstFrame ?? '', new RegExp(`at ${fault.frame} `));
          fault.check?.(described);
        }
        assert.equal(report.throw.progress?.done ?? false, false, 'a call that fails is never done');

        assert.deepEqual(report.skip.keys, others);
        assert.deepEqual(report.replace.keys, ['a', 'b', 'not c', ...'defgh']);
        assert.equal(report.seen.length, 1, 'onError is called once');
        for (const { progress } of [report.skip, report.replace]) {
          assert.deepEqual([progress.groups, progress.rows, progress.done], [8, 8, true]);
        }
        for (const { next } of [report.throw, report.skip, report.replace]) {
          assert.deepEqual(next, { keys: all }, 'the next call works');
        }
        assert.deepEqual(report.warnings, []);
        assert.equal(report.threads.after, report.threads.before, 'as many threads as before');
      });
    }
  }
});
