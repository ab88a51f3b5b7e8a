/*
 * The file that child processes run, of calls with `backend: 'processes'`. The arguments are the kernel of
 * the first job, and whether its functions import nothing.
 */

import loader = require('./load-worker.cjs');

const [, , name, scope] = process.argv;
/** Later than the first jobs: it takes some milliseconds, once. */
const KEEP_MS = 1000;

loader.useCompileCache();
const isAlone = scope === 'alone';
(isAlone ? loader.loadWorker() : import('./kernels.js')).then(({ beginApart }) =>
  beginApart({ name, isAlone }),
);
setTimeout(loader.keepCode, KEEP_MS).unref();
