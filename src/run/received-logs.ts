import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoggedBytes } from './worker-logs.js';

/*
 * The logs of workers arrive on other ports than their results. Workers say how many bytes they have logged,
 * and this thread counts those that have come, so that a call ends after its logs.
 */

/** The longest wait for logs while none come: time, and turns of an event loop that may be late. */
const LOGS_MS = 2000;
const LOGS_TURNS = 100;

/** A thread or a process whose logs come on two streams. */
export interface LogSource {
  readonly threadId: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  once(event: 'exit', listener: () => void): unknown;
}

const received = new WeakMap<LogSource, [stdout: number, stderr: number]>();
/** thread id -> the bytes that its worker says it has logged. */
const logged = new Map<number, LoggedBytes['bytes']>();

/** Counts what workers log from now on. They have logged nothing before. */
export function countLogs(sources: readonly LogSource[]): void {
  for (const worker of sources) {
    if (received.has(worker)) continue;
    const bytes: [number, number] = [0, 0];
    received.set(worker, bytes);
    [worker.stdout, worker.stderr].forEach((stream, k) => {
      stream.on('data', (chunk: Uint8Array) => {
        bytes[k] += chunk.byteLength;
      });
    });
    const { threadId } = worker;
    worker.once('exit', () => logged.delete(threadId));
  }
}

/** Notes what a worker has logged when it left a task. */
export function noteLogs({ threadId, bytes }: LoggedBytes): void {
  logged.set(threadId, bytes);
}

/**
 * Waits until the logs of workers are written to this process's output, where a slow reader may delay them:
 * it would see the caller's next logs before them.
 */
export async function untilLogged(sources: readonly LogSource[]): Promise<void> {
  await new Promise(setImmediate);
  let missing = missingBytes(sources);
  let since = performance.now();
  for (let turns = 0; missing > 0; turns++) {
    await delay(5);
    const now = missingBytes(sources);
    if (now < missing) {
      since = performance.now();
      turns = 0;
    } else if (turns > LOGS_TURNS && performance.now() - since > LOGS_MS) return;
    missing = now;
  }
}

function missingBytes(sources: readonly LogSource[]): number {
  let missing = 0;
  for (const worker of sources) {
    const { threadId, stdout, stderr } = worker;
    missing += stdout.readableLength + stderr.readableLength;
    const bytes = received.get(worker);
    logged.get(threadId)?.forEach((sum, k) => {
      if (bytes) missing += Math.max(0, sum - bytes[k]);
    });
  }
  return missing;
}
