// Required by a process and its threads: they take a while to start, and every other one much longer.
const { isMainThread, threadId } = require('node:worker_threads');

if (!isMainThread) for (const end = Date.now() + (threadId % 2 ? 100 : 1500); Date.now() < end; );
