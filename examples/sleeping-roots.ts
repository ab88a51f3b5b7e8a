/*
 * The examples of joblib's page "Embarrassingly parallel for loops": a loop whose body takes a second, in one
 * thread and on two jobs.
 *
 *   node --import tsx examples/sleeping-roots.ts [--sleep 1000]
 */
import { parseArgs } from 'node:util';
import { delayed, Parallel } from 'apply-parallel';

const { values } = parseArgs({ options: { sleep: { type: 'string', default: '1000' } } });
const milliseconds = Number(values.sleep);

/** Python's time.sleep: the thread stands still. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function root(i: number): number {
  sleep(milliseconds);
  return Math.sqrt(i ** 2);
}

function root2(i: number, j: number): number {
  sleep(milliseconds);
  return Math.sqrt(i ** j);
}

async function timed<T>(label: string, body: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await body();
  console.log(`${label.padEnd(30)}${((performance.now() - start) / milliseconds).toFixed(1)} sleeps`);
  return result;
}

const ten = Array.from({ length: 10 }, (_, i) => i);
const pairs = ten.flatMap((i) => [0, 1, 2].map((j) => [i, j] as const));
const parallel = Parallel({ nJobs: 2 });
await parallel([delayed(Math.sqrt)(0)]); // starts the workers

const loop = await timed('10 calls, a loop', () => ten.map(root));
const jobs = await timed('10 calls, two jobs', () => parallel(ten.map((i) => delayed(root)(i))));
const loop2 = await timed('30 calls, a loop', () => pairs.map(([i, j]) => root2(i, j)));
const jobs2 = await timed('30 calls, two jobs', () => parallel(pairs.map(([i, j]) => delayed(root2)(i, j))));

console.log(jobs.join(' '));
console.log(`the same results: ${String(loop) === String(jobs) && String(loop2) === String(jobs2)}`);
