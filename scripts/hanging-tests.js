import { writeSync } from 'node:fs';
import { killAll, minutesOfRun, runProcesses } from './run-processes.js';

/**
 * Ends a run in which nothing happens for long: names the tests that have begun and not ended, and kills what
 * still runs.
 */
export function hangingTests() {
  /** File -> the names of its tests that have begun and not ended, each within the one before. */
  const begun = new Map();
  let timer;
  return {
    see({ type, data: { name, file } }) {
      clearTimeout(timer);
      timer = setTimeout(endRun, minutesOfRun() * 60_000, begun);
      if (type === 'test:dequeue') begun.set(file, [...(begun.get(file) ?? []), name]);
      else if (type === 'test:complete') begun.set(file, withoutLast(begun.get(file) ?? [], name));
    },
    end() {
      clearTimeout(timer);
      return [];
    },
  };
}

function endRun(begun) {
  const running = [...begun].flatMap(([file, names]) => {
    // The name of a process says no more than its file.
    const tests = names.filter((name) => name !== file);
    return names.length > 0 ? [`  ${file}${tests.length > 0 ? `: ${tests.join(' > ')}` : ''}\n`] : [];
  });
  const killed = killAll(runProcesses());
  const head = `\n✖ No test has begun or ended for ${minutesOfRun()} minutes. These have begun and not ended:\n`;
  writeSync(1, `${head}${running.join('')}What still ran was killed:\n${killed}`);
  process.exit(1);
}

function withoutLast(names, name) {
  const at = names.lastIndexOf(name);
  return at < 0 ? names : names.toSpliced(at, 1);
}
