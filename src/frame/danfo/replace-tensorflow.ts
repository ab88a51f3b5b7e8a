import { Module } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { requireFrom } from '../../util/index.js';

const DANFO = 'danfojs-node';
const NATIVE = '@tensorflow/tfjs-node';
const PURE = '@tensorflow/tfjs';

let isDone = false;

/**
 * Has workers load pure TensorFlow.js in place of the native package that danfojs-node depends on. A process
 * can load the native one only once; a second thread fails with "Module did not self-register"
 * (tensorflow/tfjs issues 2079 and 8388). The pure one has the same functions. Call it before loading any
 * module of the user.
 */
export function replaceNativeTensorflow(): void {
  if (isMainThread || isDone) return;
  isDone = true;
  for (const folder of [import.meta.dirname, process.cwd()]) {
    try {
      replaceIn(requireFrom(join(folder, 'index.js')).resolve(DANFO));
      return;
    } catch {
      // That folder has no danfojs, or one without TensorFlow.
    }
  }
}

function replaceIn(danfojs: string): void {
  const native = requireFrom(danfojs).resolve(NATIVE);
  const require = requireFrom(native);
  // An `override` in package.json may already have put the pure package in its place.
  if (require.cache[native] || !ownsPath(native)) return;
  const pure = require.resolve(PURE);
  const standIn = new Module(native);
  standIn.filename = native;
  standIn.loaded = true;
  Object.defineProperty(standIn, 'exports', { get: () => require(pure) });
  require.cache[native] = standIn;
}

/** Tells whether a path lies in the native package, by the nearest package.json with a name. */
function ownsPath(path: string): boolean {
  const require = requireFrom(path);
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name } = require(join(folder, 'package.json'));
      if (name !== undefined) return name === NATIVE;
    } catch {
      // This folder has no package.json.
    }
  }
  return false;
}
