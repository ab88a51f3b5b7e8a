/*
 * The file that the pool's threads load. It is CommonJS because Piscina requires it: in Node 20, a thread
 * that is ended while it requires an ES module takes the whole process with it, and one that imports the
 * module does not.
 */

const first = process.getBuiltinModule('node:worker_threads').workerData as {
  isAlone?: boolean;
  name: string;
};
/** Node 20 lacks it. */
const { enableCompileCache } = process.getBuiltinModule('node:module') as { enableCompileCache?(): void };

// Saves a third of the time that the import takes. NODE_DISABLE_COMPILE_CACHE=1 switches it off.
enableCompileCache?.();
const loading = (first.isAlone ? import('./worker.js') : import('./kernels.js')).then(({ begin }) =>
  begin(first),
);

/** The pool awaits this promise before it reports that the thread is ready. */
const handler = loading.catch((error: unknown) => () => Promise.reject(error));

module.exports = { __esModule: true, default: handler };
