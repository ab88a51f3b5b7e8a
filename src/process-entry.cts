/*
 * The file that child processes run, of calls with `backend: 'processes'`. The arguments are the kernel of
 * the first job, and whether its functions import nothing.
 */

const [, , name, scope] = process.argv;
/** Node 20 lacks it. */
const { enableCompileCache } = process.getBuiltinModule('node:module') as { enableCompileCache?(): void };

// Saves a third of the time that the import takes. NODE_DISABLE_COMPILE_CACHE=1 switches it off.
enableCompileCache?.();
const isAlone = scope === 'alone';
(isAlone ? import('./worker.js') : import('./kernels.js')).then(({ beginApart }) =>
  beginApart({ name, isAlone }),
);
