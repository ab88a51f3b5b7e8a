import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { compiledRoot } from './compile-tests.js';

/** Tells whether a process of tests, which has the name of its file, runs several test files. */
export const isJoined = (name) => /[\\/]joined(-fast)?[\\/][^\\/]+\.test\.js$/.test(name);

/** Returns the sources of the test files that a process runs. */
export function sourcesOf(name) {
  if (!isJoined(name)) return [relative(compiledRoot, name).replaceAll('\\', '/').replace(/\.js$/, '.ts')];
  return [...readFileSync(name, 'utf8').matchAll(/"(?:\.\.\/)*(.+)\.js"/g)].map((match) => `${match[1]}.ts`);
}
