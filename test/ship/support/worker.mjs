import { parentPort } from 'node:worker_threads';
import { receive } from '#dist/ship/index.js';
import { celsius } from './celsius.mjs';

parentPort.on('message', async ({ id, shipped, args }) => {
  try {
    const fn = await receive(shipped, [celsius]);
    parentPort.postMessage({ id, value: await fn(...args) });
  } catch (error) {
    parentPort.postMessage({ id, error, stack: error?.stack });
  }
});
