/*
 * Jupyter's TypeScript kernel, tslab, runs cells in its own process. It has no terminal, and Ctrl-C never
 * ends it.
 */

import { setMaxListeners } from 'node:events';
import Module from 'node:module';

/** One output of a cell that can be overwritten. */
export interface HtmlDisplay {
  html(html: string): void;
}

interface Tslab {
  newDisplay(): HtmlDisplay;
}

/**
 * Returns the module that a cell of the notebook gets when it imports `name`; undefined if it gets none, or
 * if this thread is no kernel of tslab.
 */
export function notebookModule(name: string): unknown {
  // tslab leaves the `require` of its cells on the global object.
  const { __tslab__: cells } = globalThis as { __tslab__?: { require?: (id: string) => unknown } };
  try {
    return cells?.require?.(name);
  } catch {
    return undefined;
  }
}

/** Passes on the module of this name when the notebook loads it, or now if it has loaded it already. */
export function whenNotebookLoads(name: string, then: (module: unknown) => void): void {
  const folder = `/node_modules/${name}/`;
  const loader = Module as unknown as { _cache: object; _load(...given: readonly unknown[]): unknown };
  if (Object.keys(loader._cache).some((file) => file.replaceAll('\\', '/').includes(folder))) {
    then(notebookModule(name));
    return;
  }
  const load = loader._load;
  const loadAndPass = function (this: unknown, ...given: readonly unknown[]): unknown {
    const module: unknown = Reflect.apply(load, this, given);
    if (given[0] === name) {
      if (loader._load === loadAndPass) loader._load = load;
      then(module);
    }
    return module;
  };
  loader._load = loadAndPass;
}

function tslab(): Tslab | undefined {
  const module = notebookModule('tslab') as Partial<Tslab> | undefined;
  return typeof module?.newDisplay === 'function' ? (module as Tslab) : undefined;
}

/** Returns true if this thread is a notebook's kernel. */
export function isNotebook(): boolean {
  return tslab() !== undefined;
}

/** Makes a new output below the cell that runs; undefined without a notebook. */
export function notebookDisplay(): HtmlDisplay | undefined {
  return tslab()?.newDisplay();
}

let interrupt: AbortController | undefined;

function newInterrupt(): AbortController {
  const controller = new AbortController();
  // Any number of calls listen, so Node must not warn of a leak.
  setMaxListeners(0, controller.signal);
  return controller;
}

function abortAll(): void {
  const interrupted = interrupt;
  interrupt = newInterrupt();
  interrupted?.abort(new Error('the kernel was interrupted'));
}

/**
 * Returns the signals that end a call: its own, and in a notebook the kernel's interrupt. tslab answers an
 * interrupt (SIGINT) by going on to the next cell, while the work of the interrupted cell would go on
 * unseen. Anywhere else SIGINT ends the process.
 */
export function endSignals(signal: AbortSignal | undefined): AbortSignal[] {
  return [signal, interruptSignal()].filter((each) => each !== undefined);
}

/** Returns a signal that the kernel's next interrupt aborts; undefined without a notebook. */
export function interruptSignal(): AbortSignal | undefined {
  if (!isNotebook()) return undefined;
  if (interrupt === undefined) {
    interrupt = newInterrupt();
    // Waits for the end of the cell's first part: vm's breakOnSigint removes handlers that are set while it
    // runs, and the next interrupt would end the kernel.
    setImmediate(() => process.on('SIGINT', abortAll));
  }
  return interrupt.signal;
}
