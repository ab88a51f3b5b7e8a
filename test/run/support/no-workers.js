// With --import: a process whose worker threads cannot start.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) throw new Error('no workers here');
