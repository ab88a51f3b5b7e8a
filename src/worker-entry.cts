/*
 * The file that the pool's threads load. It is CommonJS because Piscina requires it: in Node 20, a thread
 * that is ended while it requires an ES module takes the whole process with it, and one that imports the
 * module does not.
 */

type Handler = (task: never) => Promise<void>;

/** {@link WorkerStart} */
const { isAlone } = process.getBuiltinModule('node:worker_threads').workerData as { isAlone: boolean };
const loading = (isAlone ? import('./worker.js') : import('./kernels.js')).then(({ begin }) => begin());

/** The pool awaits these promises before it reports that the thread is ready. */
const handler = (name: 'default' | 'warm'): Promise<Handler> =>
  loading.then(
    (tasks) => tasks[name],
    (error: unknown) => () => Promise.reject(error),
  );

module.exports = { __esModule: true, default: handler('default'), warm: handler('warm') };
