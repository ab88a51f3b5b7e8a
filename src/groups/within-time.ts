import { Script } from 'node:vm';
import type { AnyGroupFunction } from './group-kernel.js';

/*
 * Ends a function of this thread that takes longer than it may. Only code that a script of `node:vm` runs can
 * be ended, so the function is called by one. What it was doing is lost, so it must only compute.
 */

// Lies on the built-in module and not on globalThis, which test runners replace.
const SLOT = Symbol.for('apply-parallel.groups.within-time');
const holder = () => process.getBuiltinModule('node:vm') as { [SLOT]?: () => unknown };
let script: Script | undefined;

/** Returns what `body` returns; throws once it takes longer than so many milliseconds. */
function endedAfter(ms: number, body: () => unknown): unknown {
  script ??= new Script(
    `process.getBuiltinModule('node:vm')[Symbol.for('apply-parallel.groups.within-time')]()`,
  );
  const slot = holder();
  slot[SLOT] = body;
  try {
    return script.runInThisContext({ timeout: Math.max(1, Math.ceil(ms)), displayErrors: false });
  } finally {
    delete slot[SLOT];
  }
}

/** A function whose calls may take a time together. */
export interface Timed {
  readonly fn: AnyGroupFunction;
  /** The milliseconds that its calls took. */
  readonly busyMs: () => number;
}

/** Ends calls of a function, with an error, once all of them have taken so many milliseconds. */
export function withinTime(fn: AnyGroupFunction, mostMs: number): Timed {
  let busyMs = 0;
  const timed: AnyGroupFunction = (...args) =>
    endedAfter(mostMs - busyMs, () => {
      const start = performance.now();
      try {
        return fn(...args);
      } finally {
        busyMs += performance.now() - start;
      }
    });
  return { fn: timed, busyMs: () => busyMs };
}
