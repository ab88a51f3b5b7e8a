import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const NATIVE = '@tensorflow/tfjs-node';
const PURE = '@tensorflow/tfjs';

let isDone = false;

/**
 * The native TensorFlow that danfojs-node asks for can be loaded once in a process: "Module did not self-register" is what a second thread
 * gets (tensorflow/tfjs issues 2079 and 8388). In workers its place is taken by the pure one, which it depends on, with the same
 * functions. Called before anything of the user's is loaded.
 */
export function replaceNativeTensorflow(): void {
  if (isMainThread || isDone) return;
  isDone = true;
  for (const folder of [import.meta.dirname, process.cwd()]) {
    try {
      replaceIn(createRequire(join(folder, 'index.js')).resolve('danfojs-node'));
      return;
    } catch {
      // No danfojs there, or one without TensorFlow: nothing to replace.
    }
  }
}

function replaceIn(danfojs: string): void {
  const native = createRequire(danfojs).resolve(NATIVE);
  const require = createRequire(native);
  // By an `override` the name may stand for the pure one already.
  if (require.cache[native] || !ownsPath(native)) return;
  const pure = require.resolve(PURE);
  const stand = new Module(native);
  stand.filename = native;
  stand.loaded = true;
  Object.defineProperty(stand, 'exports', { get: () => require(pure) });
  require.cache[native] = stand;
}

/** Is the nearest package.json that of the native package? */
function ownsPath(path: string): boolean {
  const require = createRequire(path);
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name } = require(join(folder, 'package.json'));
      if (name !== undefined) return name === NATIVE;
    } catch {
      // None here.
    }
  }
  return false;
}
