import { Script } from 'node:vm';
import type { AnyGroupFunction } from './group-kernel.js';

/*
 * Ends code of this thread that takes longer than it may. Only code that a script of `node:vm` runs can be
 * ended, so one calls it. Each such script starts a thread that watches the time, which takes some tenths of
 * a millisecond. Its work is lost then, so it must only compute.
 */

// Lies on the built-in module and not on globalThis, which test runners replace.
const NAME = 'apply-parallel.groups.within-time';
const SLOT = Symbol.for(NAME);
const holder = () => process.getBuiltinModule('node:vm') as { [SLOT]?: () => unknown };
let script: Script | undefined;

/** Returns what `body` returns; throws once it takes longer than so many milliseconds. */
export function withinTime<T>(ms: number, body: () => T): T {
  script ??= new Script(`process.getBuiltinModule('node:vm')[Symbol.for('${NAME}')]()`);
  const slot = holder();
  slot[SLOT] = body;
  try {
    return script.runInThisContext({ timeout: ms, displayErrors: false }) as T;
  } finally {
    delete slot[SLOT];
  }
}

/** A function that notes the milliseconds that its calls take. */
export interface Timed {
  readonly fn: AnyGroupFunction;
  readonly busyMs: () => number;
}

/** Wraps a function so that it notes how long its calls take. */
export function timed(fn: AnyGroupFunction): Timed {
  let busyMs = 0;
  const noting: AnyGroupFunction = (...args) => {
    const start = performance.now();
    try {
      return fn(...args);
    } finally {
      busyMs += performance.now() - start;
    }
  };
  return { fn: noting, busyMs: () => busyMs };
}
