import { relative } from 'node:path';
import { sourcesOf } from './process-files.js';

/**
 * Fails the run if a file contains no test, and names the file. Node takes such a file for a test that
 * passes. Tests count for the file that calls the outermost `describe` or `test`.
 */
export function emptyFiles() {
  const files = new Set();
  const full = new Set();
  let tests = 0;
  return {
    see({ type, data: { name, file, nesting, details, skip } }) {
      // A process is reported as a test that has the name of its file.
      const isProcess = nesting === 0 && name === file;
      if (type === 'test:enqueue' && isProcess) for (const source of sourcesOf(name)) files.add(source);
      if (type !== 'test:pass' && type !== 'test:fail') return;
      if (isProcess) {
        // One that failed may not have come to all of its files.
        if (type === 'test:fail') for (const source of sourcesOf(name)) full.add(source);
        return;
      }
      // The tests of a suite that is skipped are not reported.
      if (details.type !== 'suite' || skip !== undefined) tests++;
      if (nesting > 0) return;
      if (tests > 0) full.add(relative(process.cwd(), file).replaceAll('\\', '/'));
      tests = 0;
    },
    end() {
      const empty = [...files].filter((file) => !full.has(file));
      if (empty.length > 0) process.exitCode = 1;
      return empty.map((file) => `\n✖ ${file} contains no test\n`);
    },
  };
}
