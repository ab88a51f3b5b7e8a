import { readdirSync, readFileSync } from 'node:fs';

/*
 * A test run is a tree of processes. All inherit these variables, also those whose parents have ended before
 * them.
 */

const RUN = 'APPLY_PARALLEL_TEST_RUN';
const MINUTES = 'APPLY_PARALLEL_TEST_MINUTES';

/** Marks this process, so that all that it starts belongs to its run. */
export function markRun(minutes) {
  process.env[RUN] = String(process.pid);
  process.env[MINUTES] = minutes;
}

/** Returns how many minutes the tests of a process may take. */
export const minutesOfRun = () => Number(process.env[MINUTES]);

/** Returns what else runs of this run: `{ pid, command }`. Empty where the system has no /proc. */
export function runProcesses() {
  const mark = `${RUN}=${process.env[RUN]}`;
  return listed('/proc')
    .filter((pid) => /^\d+$/.test(pid) && ![process.pid, process.ppid].includes(Number(pid)))
    .filter((pid) => textOf(pid, 'environ').split('\0').includes(mark))
    .map((pid) => ({ pid: Number(pid), command: textOf(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** Kills these processes, and returns a line for each. */
export function killAll(processes) {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  return processes.map(({ pid, command }) => `  ${pid} ${command.slice(0, 200)}\n`).join('');
}

function listed(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // The process has ended, or belongs to somebody else.
    return '';
  }
}
