/* Jupyter's TypeScript kernel, tslab: cells run in its process, which has no terminal and is never ended by Ctrl-C. */

import { setMaxListeners } from 'node:events';

/** One output of a cell that can be overwritten. */
export interface HtmlDisplay {
  html(html: string): void;
}

interface Tslab {
  newDisplay(): HtmlDisplay;
}

/** What a cell of the notebook gets when it imports `name`; undefined where it gets nothing, or this thread is no kernel of tslab's. */
export function notebookModule(name: string): unknown {
  // tslab leaves the `require` of its cells on the global object.
  const { __tslab__: cells } = globalThis as { __tslab__?: { require?: (id: string) => unknown } };
  try {
    return cells?.require?.(name);
  } catch {
    return undefined;
  }
}

function tslab(): Tslab | undefined {
  const module = notebookModule('tslab') as Partial<Tslab> | undefined;
  return typeof module?.newDisplay === 'function' ? (module as Tslab) : undefined;
}

/** Is this thread a notebook's kernel? */
export function isNotebook(): boolean {
  return tslab() !== undefined;
}

/** A new output in the notebook, below the cell that runs; undefined where there is no notebook. */
export function notebookDisplay(): HtmlDisplay | undefined {
  return tslab()?.newDisplay();
}

let interrupt: AbortController | undefined;

function newInterrupt(): AbortController {
  const controller = new AbortController();
  // Any number of calls listen.
  setMaxListeners(0, controller.signal);
  return controller;
}

function abortAll(): void {
  const interrupted = interrupt;
  interrupt = newInterrupt();
  interrupted?.abort(new Error('the kernel was interrupted'));
}

/**
 * What ends a call: its signal, and in a notebook the kernel's interrupt as well. tslab answers an interrupt (SIGINT) by going on to
 * the next cell; what the cell had started would work on, unseen. Anywhere else SIGINT ends the process.
 */
export function endedBy(signal: AbortSignal | undefined): AbortSignal[] {
  return [signal, interruptSignal()].filter((each) => each !== undefined);
}

/** In a notebook: aborted by the kernel's next interrupt. */
export function interruptSignal(): AbortSignal | undefined {
  if (!isNotebook()) return undefined;
  if (interrupt === undefined) {
    interrupt = newInterrupt();
    // Not now: while the first part of a cell runs, vm's breakOnSigint has a signal handler of its own, and takes away with it one that
    // was set meanwhile. The next interrupt would end the kernel.
    setImmediate(() => process.on('SIGINT', abortAll));
  }
  return interrupt.signal;
}
