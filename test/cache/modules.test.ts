// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
mkdirSync(join(root, '.cache'), { recursive: true });
const home = mkdtempSync(join(root, '.cache', 'test-modules-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** Files by their paths. */
type Files = { readonly [path: string]: string };

const memory = (location: string) => `
  import { Memory } from ${JSON.stringify(pathToFileURL(join(root, 'dist', 'index.js')).href)};
  let runs = 0;
  const memory = new Memory({ location: ${JSON.stringify(location)} });
`;

const deep = (factor: number) => `export const deep = (x) => x * ${factor};`;

/*
 * A program that prints what its cached function gives, the file that is edited before its second run, and
 * how.
 */
const ways: {
  readonly [way: string]: { files: Files; edited: string; program: string; tsx?: boolean; links?: Files };
} = {
  'import()': {
    files: {},
    edited: 'deep.mjs',
    program: "const fn = async (x) => (await import('./deep.mjs')).deep(x);",
  },
  'import() of a file that imports it': {
    files: { 'outer.mjs': "export { deep } from './deep.mjs';" },
    edited: 'deep.mjs',
    program: "const fn = async (x) => (await import('./outer.mjs')).deep(x);",
  },
  require: {
    files: {},
    edited: 'deep.cjs',
    program: `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const fn = (x) => require('./deep.cjs').deep(x);`,
  },
  "package.json's imports": {
    files: {
      'package.json': JSON.stringify({ type: 'module', imports: { '#deep': './deep.mjs' } }),
      'outer.mjs': "import { deep } from '#deep'; export const outer = (x) => deep(x);",
    },
    edited: 'deep.mjs',
    program: "import { outer } from './outer.mjs'; const fn = (x) => outer(x);",
  },
  'a package of the workspace': {
    files: {
      'packages/own/package.json': JSON.stringify({
        name: 'own',
        version: '1.0.0',
        type: 'module',
        exports: './deep.mjs',
      }),
      'outer.mjs': "import { deep } from 'own'; export const outer = (x) => deep(x);",
    },
    links: { 'node_modules/own': 'packages/own' },
    edited: 'packages/own/deep.mjs',
    program: "import { outer } from './outer.mjs'; const fn = (x) => outer(x);",
  },
  'import() under tsx': {
    files: { 'package.json': '{ "type": "module" }' },
    edited: 'deep.ts',
    program: "const fn = async (x) => (await import('./deep.js')).deep(x);",
    tsx: true,
  },
};

describe('functions that load modules', { concurrency: 2 }, () => {
  for (const [way, { files, edited, program, tsx, links }] of Object.entries(ways)) {
    it(`are others when a file has changed that they reach by ${way}`, () => {
      const folder = mkdtempSync(join(home, 'case-'));
      const write = (path: string, text: string) => {
        mkdirSync(join(folder, path, '..'), { recursive: true });
        writeFileSync(join(folder, path), text);
      };
      for (const [path, text] of Object.entries(files)) write(path, text);
      for (const [path, target] of Object.entries(links ?? {})) {
        mkdirSync(join(folder, path, '..'), { recursive: true });
        symlinkSync(join(folder, target), join(folder, path));
      }
      const main = tsx ? 'main.ts' : 'main.mjs';
      write(
        main,
        `${memory(join(folder, 'cache'))}${program}
        const cached = memory.cache(fn);
        const known = await cached.checkCallInCache(5);
        console.log(JSON.stringify([known, await cached(5)]));`,
      );
      const run = (factor: number) => {
        write(
          edited,
          edited.endsWith('.cjs')
            ? deep(factor).replace('export const', 'exports.').replace('exports. deep', 'exports.deep')
            : deep(factor),
        );
        const args = [...(tsx ? ['--import', 'tsx'] : []), join(folder, main)];
        return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: root }));
      };
      assert.deepEqual(run(2), [false, 10]);
      assert.deepEqual(run(2), [true, 10]);
      assert.deepEqual(run(3), [false, 15]);
    });
  }
});
