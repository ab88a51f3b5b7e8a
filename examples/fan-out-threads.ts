/*
 * Fan out, fan in, for work that computes: the primes below a million, counted range by range in worker
 * threads.
 */
import { createExecutor } from 'apply-parallel';

function countPrimes(from: number, to: number): number {
  let count = 0;
  for (let n = Math.max(2, from); n < to; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) {
      if (n % d === 0) {
        isPrime = false;
        break;
      }
    }
    if (isPrime) count++;
  }
  return count;
}

const STEP = 50_000;
const starts = Array.from({ length: 20 }, (_, k) => k * STEP);

await using executor = createExecutor({ kind: 'threads', maxWorkers: 2 });
const futures = starts.map((from) => executor.submit(countPrimes, from, from + STEP));
const counts = await Promise.all(futures);
console.log(`${counts.reduce((sum, count) => sum + count, 0)} primes below ${starts.length * STEP}`);
