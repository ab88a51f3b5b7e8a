import { writeSync } from 'node:fs';
import { isJoined, sourcesOf } from './process-files.js';
import { killAll, minutesOfRun, runProcesses } from './run-processes.js';

/**
 * A reporter for Node's test runner. It ends a run that would never end: it names the tests that have begun
 * and not ended, and kills what still runs. After the last test, it names the files of each process that
 * failed as a whole.
 */
export default async function* watchProcesses(events) {
  const timers = new Map();
  const failed = new Set();
  /** File of tests -> the names of those that have begun and not ended. */
  const begun = new Map();
  for await (const { type, data } of events) {
    const { name, file, nesting } = data;
    // A process is reported as a test that has the name of its file.
    const isProcess = nesting === 0 && name === file;
    if (type === 'test:dequeue') {
      if (isProcess) timers.set(name, setTimeout(endRun, minutesOfRun() * 60_000, name, begun));
      else begun.set(file, [...(begun.get(file) ?? []), name]);
    } else if (type === 'test:complete') {
      if (isProcess) clearTimeout(timers.get(name));
      else begun.set(file, withoutLast(begun.get(file) ?? [], name));
    } else if (type === 'test:fail' && isJoined(name)) failed.add(name);
  }
  for (const path of failed) yield `\n${path} failed as a whole. It runs ${sourcesOf(path).join(', ')}\n`;
}

function endRun(path, begun) {
  // Node tells the sources of tests, by their source maps.
  const running = sourcesOf(path).flatMap((source) => {
    const names = [...begun].find(([file]) => file.replaceAll('\\', '/').endsWith(`/${source}`))?.[1] ?? [];
    return names.length > 0 ? [`${source}: ${names.join(' > ')}`] : [];
  });
  const what = running.length > 0 ? `has not ended ${running.join(', ')}` : 'has ended all its tests';
  const killed = killAll(runProcesses());
  writeSync(1, `\n✖ ${path} has run for ${minutesOfRun()} minutes, and ${what}. Killed:\n${killed}`);
  process.exit(1);
}

function withoutLast(names, name) {
  const at = names.lastIndexOf(name);
  return at < 0 ? names : names.toSpliced(at, 1);
}
