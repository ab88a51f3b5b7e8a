import { existsSync, rmdirSync, rmSync } from 'node:fs';

/*
 * Files that must not outlive the process unless they are finished. They go when the process ends or is told
 * to end by a signal; only SIGKILL and a power cut leave them.
 */

/** The paths, and for each whether it is removed only if it is an empty folder. */
const paths = new Map<string, boolean>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has a file or folder removed if the process ends before the function that this returns is called. Paths go
 * in the order opposite to that in which they came.
 *
 * @param onlyEmpty leaves a folder that holds anything
 */
export function removeAtExit(path: string, { onlyEmpty = false } = {}): () => void {
  if (paths.size === 0) {
    process.on('exit', removeAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  paths.set(path, onlyEmpty);
  return () => {
    if (!paths.delete(path) || paths.size > 0) return;
    process.off('exit', removeAll);
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** How often a path is removed again, and how many milliseconds later each time. */
const ATTEMPTS = 20;
const PAUSE = 10;

function removeAll(): void {
  for (const [path, onlyEmpty] of [...paths].reverse()) (onlyEmpty ? removeEmpty : remove)(path);
}

/** Removes a path. A worker may write into its folder meanwhile, and rmSync lists a folder only once. */
function remove(path: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Tried again below. After the last attempt the process ends anyway, and nobody is left to be told.
    }
    if (!existsSync(path)) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds what is not ours.
  }
}

/** Ends the process as the signal would have, unless the program listens to it itself and decides. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}
