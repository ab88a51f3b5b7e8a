import { isDeepStrictEqual } from 'node:util';
import { roundTrip } from './round-trip.mjs';

/** Runs every case here and in a worker, and prints one line of JSON: name -> 'same', or what differed. */
export async function runCases(cases) {
  const report = {};
  for (const [name, [fn, ...args]] of Object.entries(cases)) {
    const here = await fn(...args);
    try {
      const there = await roundTrip(fn, ...args);
      const same = isDeepStrictEqual(here, there) && here !== undefined;
      report[name] = same ? 'same' : `here ${String(here)}, in the worker ${String(there)}`;
    } catch (error) {
      report[name] = String(error?.stack ?? error);
    }
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
