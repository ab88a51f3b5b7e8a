// Each compiled test file imports this. Without it, a test process that process.exit(0) ends before its tests
// are over counts as passed.
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  let isOver = false;
  process.once('beforeExit', () => {
    isOver = true;
  });
  process.once('exit', (code) => {
    if (isOver || code !== 0) return;
    process.exitCode = 1;
    // The stack leads to the call of process.exit.
    writeSync(2, `${new Error('The process was ended before its tests were over').stack}\n`);
  });
}
