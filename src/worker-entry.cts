/*
 * The file that the pool's threads load. It is CommonJS because Piscina requires it: in Node 20, a thread
 * that is ended while it requires an ES module takes the whole process with it, and one that imports the
 * module does not.
 */

/** The kernel of the first job, and what of the module cache Node 20 lacks. */
const first = process.getBuiltinModule('node:worker_threads').workerData as {
  isAlone?: boolean;
  name: string;
};
const cache = process.getBuiltinModule('node:module') as {
  enableCompileCache?(): void;
  flushCompileCache?(): void;
};

/** By then the first functions have run, and their code is compiled. */
const FLUSH_MS = 1000;

// Before the import. It saves a third of the time that the modules take; NODE_DISABLE_COMPILE_CACHE=1 ends it.
cache.enableCompileCache?.();
const loading = (first.isAlone ? import('./worker.js') : import('./kernels.js')).then(({ begin }) =>
  begin(first),
);
// Threads of a program that ends would not write it.
setTimeout(() => cache.flushCompileCache?.(), FLUSH_MS).unref();

/** The pool awaits this promise before it reports that the thread is ready. */
const handler = loading.catch((error: unknown) => () => Promise.reject(error));

module.exports = { __esModule: true, default: handler };
