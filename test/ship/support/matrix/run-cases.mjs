import { writeFileSync } from 'node:fs';
import { inspect, isDeepStrictEqual } from 'node:util';
import { roundTrip } from '../round-trip.mjs';

export { Celsius } from '../celsius.mjs';

/**
 * Runs every case in a worker and here, and reports one object as JSON: name -> 'same', or what differed. Of
 * the refusals: 'same' when the message is the one expected and ends with a way out.
 */
export async function runCases(cases, refusals) {
  const report = {};
  for (const [name, [fn, ...args]] of Object.entries(cases)) report[name] = await compare(fn, args);
  for (const [name, [fn, expected]] of Object.entries(refusals))
    report[`refused: ${name}`] = await refuse(fn, expected);
  const text = `${JSON.stringify(report)}\n`;
  if (process.env.MATRIX_REPORT) writeFileSync(process.env.MATRIX_REPORT, text);
  else process.stdout.write(text);
}

/** The worker comes first: it gets what there is before the call here has changed anything. */
async function compare(fn, args) {
  try {
    const there = await roundTrip(fn, ...args);
    const here = await fn(...args);
    // As a message changes it, and in one realm: vitest's vmThreads have several.
    if (isDeepStrictEqual(structuredClone(here), structuredClone(there)) && here !== undefined) return 'same';
    return `here ${show(here)}, in the worker ${show(there)}`;
  } catch (error) {
    return String(error?.stack ?? error);
  }
}

async function refuse(fn, expected) {
  try {
    return `not refused: ${show(await roundTrip(fn))}`;
  } catch ({ code, message }) {
    const fits = code === 'ERR_UNSHIPPABLE' && expected.test(message) && /\. [A-Z].*\.$/.test(message);
    return fits ? 'same' : `${code} ${message}`;
  }
}

function show(value) {
  return inspect(value, { depth: 5, breakLength: Number.POSITIVE_INFINITY });
}
