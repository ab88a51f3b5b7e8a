import { Worker } from 'node:worker_threads';
import { LIFELINE } from './messages.js';

/** How long this process may take to end by itself once its parent has ended. */
const GRACE_MS = 500;

/** Runs in a thread of its own, since a function in an endless loop keeps the main thread busy. */
const CODE = `
const { Socket } = require('node:net');
const end = () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${GRACE_MS});
const line = new Socket({ fd: ${LIFELINE}, readable: true, writable: false });
line.on('error', () => {});
line.on('close', end);
line.resume();
`;

/** Ends this process when its parent has ended, in whatever way. */
export function watchParent(): void {
  try {
    const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };
    const watcher = new Worker(CODE, { eval: true, execArgv: [], stdout: false, resourceLimits: limits });
    watcher.on('error', () => {});
    watcher.unref();
  } catch {
    // Node's permission model may forbid threads. Then a child in an endless loop outlives its parent.
  }
}
