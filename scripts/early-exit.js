// Compiled test files import this, so that a process fails if a test ends it. With exit code 0 Node would count it as passed, though
// the tests behind that one, and the files that share the process, have not run.
import { after } from 'node:test';

let isOver = false;

after(() => {
  isOver = true;
});

process.on('exit', () => {
  if (isOver || process.exitCode) return;
  console.error('A test ended its process, so the tests behind it have not run.');
  process.exitCode = 1;
});
