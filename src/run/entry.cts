/*
 * What the pool's threads load. CommonJS, since Piscina requires it: a thread that is ended while it requires an ES module takes the
 * whole process with it (Node 20), which an imported one does not.
 */

type Handler = (task: never) => Promise<void>;

const loading = import('./worker.js');

/** The pool waits for these before it says that the thread is ready. */
const handler = (name: 'default' | 'warm'): Promise<Handler> =>
  loading.then(
    (worker) => worker[name],
    (error: unknown) => () => Promise.reject(error),
  );

module.exports = { __esModule: true, default: handler('default'), warm: handler('warm') };
