/*
 * The file that the pool's threads load. It is CommonJS because Piscina requires it: in Node 20, a thread
 * that is ended while it requires an ES module takes the whole process with it, and one that imports the
 * module does not.
 */

import type { FirstKernel } from './run/index.js' with { 'resolution-mode': 'import' };

import loader = require('./load-worker.cjs');

const first = process.getBuiltinModule('node:worker_threads').workerData as FirstKernel;

loader.useCompileCache();
const loading = (first.isAlone ? loader.loadWorker() : import('./kernels.js')).then(({ begin }) =>
  begin(first),
);

/** The pool awaits this promise before it reports that the thread is ready. */
const handler = loading.then(
  (run) => (task: Parameters<typeof run>[0]) =>
    run(task).finally(() => {
      setImmediate(loader.keepCode);
    }),
  (error: unknown) => () => Promise.reject(error),
);

module.exports = { __esModule: true, default: handler };
