import { relative } from 'node:path';
import { sourcesOf } from './process-files.js';

/**
 * A reporter for Node's test runner: fails the run if a file contains no test, and names the file. Node takes
 * such a file for a test that passes. Tests count for the file that calls the outermost `describe` or `test`.
 */
export default async function* emptyFiles(events) {
  const files = new Set();
  const full = new Set();
  let tests = 0;
  for await (const { type, data } of events) {
    const { name, file, nesting, details } = data;
    // A process is reported as a test that has the name of its file.
    const isProcess = nesting === 0 && name === file;
    if (type === 'test:enqueue' && isProcess) for (const source of sourcesOf(name)) files.add(source);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (isProcess) {
      // One that failed may not have come to all of its files.
      if (type === 'test:fail') for (const source of sourcesOf(name)) full.add(source);
      continue;
    }
    if (details.type !== 'suite') tests++;
    if (nesting > 0) continue;
    if (tests > 0) full.add(relative(process.cwd(), file).replaceAll('\\', '/'));
    tests = 0;
  }
  for (const file of files) {
    if (full.has(file)) continue;
    process.exitCode = 1;
    yield `\n✖ ${file} contains no test\n`;
  }
}
