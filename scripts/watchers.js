import { emptyFiles } from './empty-files.js';
import { failedProcesses } from './failed-processes.js';
import { hangingTests } from './hanging-tests.js';
import { isWanted } from './run-processes.js';
import { slowestFiles } from './slowest-files.js';

/**
 * The reporter of all that watches a run of Node's test runner beside its own report. Each watcher sees every
 * event, and has the last words.
 */
export default async function* watchers(events) {
  const all = [hangingTests(), failedProcesses()];
  if (isWanted('empty')) all.push(emptyFiles());
  if (isWanted('times')) all.push(slowestFiles());
  for await (const event of events) for (const watcher of all) watcher.see(event);
  for (const watcher of all) yield* watcher.end();
}
