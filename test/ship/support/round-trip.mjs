import { Worker } from 'node:worker_threads';
import { ship } from '#dist/ship/index.js';
import { celsius } from './celsius.mjs';

let worker;
let last = 0;
const waiting = new Map();

function start() {
  worker = new Worker(new URL('./worker.mjs', import.meta.url));
  worker.on('message', ({ id, error, value }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    if (error) reject(error);
    else resolve(value);
  });
  worker.on('error', (error) => {
    for (const { reject } of waiting.values()) reject(error);
  });
}

/** Ships the function to a real worker thread, calls it there, and gives its result. */
export async function roundTrip(fn, ...args) {
  const shipped = ship(fn, [celsius]);
  if (!worker) start();
  worker.ref();
  return new Promise((resolve, reject) => {
    const id = ++last;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, shipped, args });
  });
}
