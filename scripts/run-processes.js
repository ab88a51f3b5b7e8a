import { readdirSync, readFileSync } from 'node:fs';

/*
 * A test run is a tree of processes. All inherit these variables, also those whose parents have ended before
 * them.
 */

const RUN = 'APPLY_PARALLEL_TEST_RUN';
const MINUTES = 'APPLY_PARALLEL_TEST_MINUTES';
const WATCHERS = 'APPLY_PARALLEL_TEST_WATCHERS';

/** Marks this process, so that all that it starts belongs to its run, and knows how to watch it. */
export function markRun(minutes, wanted) {
  process.env[RUN] = String(process.pid);
  process.env[MINUTES] = minutes;
  process.env[WATCHERS] = Object.keys(wanted)
    .filter((name) => wanted[name])
    .join(' ');
}

/** Tells whether a watcher that can be left out is wanted in this run. */
export const isWanted = (watcher) => process.env[WATCHERS].split(' ').includes(watcher);

/** Returns after how many minutes without news the run is ended. */
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
