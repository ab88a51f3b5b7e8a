// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Table, vectorFromArray } from 'apache-arrow';
import { dump } from 'apply-parallel';
import { packageHome, packageUrl, requirePackageHome } from '#dist/util/index.js';
import { extra } from '../../scripts/extras.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
// Comes with tsx.
const esbuild = createRequire(createRequire(import.meta.url).resolve('tsx')).resolve('esbuild');

/**
 * Runs in threads, then in its own. Tells whether V8 still joins arrays the fast way, and whose frames an
 * error has.
 */
const PROGRAM = `
import { ApplyError, applyParallel, createExecutor, delayed, dump, groupby, load, Parallel, scan } from 'apply-parallel';
const table = { k: ['a', 'b'], x: Float64Array.of(1, 2) };
const factor = 3;
const scale = (g, { key }) => ({ k: [key], x: [g.x[0] * factor] });
const outcome = (run) => run().then(
  (value) => JSON.stringify(value),
  (error) => (error instanceof ApplyError ? error.code + ': ' + error.message : 'raw: ' + error.stack),
);
async function main() {
  const grouped = groupby(table, 'k');
  const threads = [
    await outcome(() => applyParallel(grouped, scale, { nJobs: 2, output: 'records' })),
    await outcome(async () => Parallel({ nJobs: 2 })([1, 2].map(delayed((x) => x * factor)))),
    await outcome(async () => { const e = createExecutor({ maxWorkers: 2 }); const r = await e.submit((x) => x * factor, 2); await e.shutdown(); return r; }),
  ];
  const inline = [
    await outcome(() => applyParallel(grouped, scale, { nJobs: 1, output: 'records' })),
    await outcome(() => applyParallel(grouped, scale, { backend: 'async', output: 'records' })),
    await outcome(async () => Parallel({ nJobs: 1 })([1, 2].map(delayed((x) => x * factor)))),
  ];
  const parquet = [
    await outcome(async () => { await dump(grouped.getGroup('a'), 'table.parquet'); return (await load('table.parquet')).numRows; }),
    await outcome(async () => (await scan('sample.parquet')).numRows),
  ];
  const failure = await applyParallel(grouped, function mine() { throw new Error('x'); }, { nJobs: 1 }).catch((error) => error.stack);
  console.log(JSON.stringify({ threads, inline, parquet, fast: globalThis.isFast(), named: failure.includes('at mine') }));
}
main();
`;
const IS_FAST = `
require('node:v8').setFlagsFromString('--allow-natives-syntax');
globalThis.isFast = require('node:vm').runInThisContext('() => %IsConcatSpreadableProtector()');
`;

const rows = '[{"k":"a","x":3},{"k":"b","x":6}]';
const works = [rows, '[3,6]', '6'];
const inlineWorks = [rows, rows, '[3,6]'];
const refused =
  'ERR_UNSUPPORTED: apply-parallel was bundled into the program, and its worker threads cannot load it from ' +
  'there. Mark the package as external in the bundler and install it beside the program (docs/bundlers.md has ' +
  'the option of each bundler), or pass nJobs: 1, which needs no threads';

const noParquet =
  'ERR_UNSUPPORTED: apply-parallel was bundled into the program, and Parquet files cannot be read and written ' +
  'from there. Mark the package as external in the bundler and install it beside the program (docs/bundlers.md ' +
  'has the option of each bundler)';

interface Bundler {
  readonly name: string;
  /** What it writes. */
  readonly file: string;
  readonly isExternal: boolean;
  /** The files that it needs beside the program. */
  readonly files?: Readonly<Record<string, string>>;
  /** Undefined when an extra is missing. */
  readonly command: readonly string[] | undefined;
}

const bundlers: Bundler[] = [false, true].flatMap((isExternal) => [
  ...['esm', 'cjs'].map((format) => ({ ...byEsbuild(format, isExternal), isExternal })),
  ...['es', 'cjs'].map((format) => ({ ...rollup(format, isExternal), isExternal })),
  { ...webpack(isExternal), isExternal },
]);

function byEsbuild(format: string, isExternal: boolean) {
  const file = format === 'esm' ? 'out.mjs' : 'out.cjs';
  const build = `
    require(${JSON.stringify(esbuild)}).buildSync({
      entryPoints: ['program.mjs'], bundle: true, platform: 'node', format: '${format}', outfile: '${file}',
      logLevel: 'error', external: ${isExternal ? "['apply-parallel']" : '[]'},
    });`;
  return { name: `esbuild, ${format}`, file, files: { 'build.cjs': build }, command: ['build.cjs'] };
}

function rollup(format: string, isExternal: boolean) {
  const program = extra('rollup', 'dist/bin/rollup');
  const plugin = extra('@rollup/plugin-node-resolve', 'dist/es/index.js');
  const file = format === 'es' ? 'out.mjs' : 'out.cjs';
  const config = `
    import resolve from '${plugin && pathToFileURL(plugin).href}';
    export default {
      input: 'program.mjs',
      output: { file: '${file}', format: '${format}', inlineDynamicImports: true },
      external: ${isExternal ? "['apply-parallel']" : '[]'},
      plugins: [resolve({ exportConditions: ['node'] })],
    };`;
  return {
    name: `Rollup, ${format}`,
    file,
    files: { 'rollup.config.mjs': config },
    command: program && plugin ? [program, '--config', 'rollup.config.mjs', '--silent'] : undefined,
  };
}

function webpack(isExternal: boolean) {
  const main = extra('webpack', 'lib/index.js');
  // Its command line is another package.
  const build = `
    const webpack = require(${JSON.stringify(main)});
    webpack({
      entry: './program.mjs', target: 'node20', mode: 'production', context: __dirname,
      optimization: { minimize: false }, output: { path: __dirname, filename: 'out.cjs' },
      externals: ${isExternal ? "{ 'apply-parallel': 'node-commonjs apply-parallel' }" : '{}'},
    }, (error, stats) => { if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); } });`;
  return {
    name: 'webpack',
    file: 'out.cjs',
    files: { 'build.cjs': build },
    command: main ? ['build.cjs'] : undefined,
  };
}

describe('a program bundled by', { concurrency: 2 }, () => {
  let folder = '';
  before(async () => {
    // Inside the project, where the package finds itself by its name.
    folder = await mkdtemp(join(root, 'out-bundles-'));
    await writeFile(join(folder, 'fast.cjs'), IS_FAST);
  });
  after(() => rm(folder, { recursive: true }));

  for (const { name, file, files, command, isExternal } of bundlers) {
    const what = isExternal
      ? 'works with the package as external'
      : 'says that it must be external, and works inline';
    const skip = command ? false : 'not installed: node scripts/extras.js installs it';
    it(`${name}: ${what}`, { skip }, async () => {
      const place = await mkdtemp(join(folder, 'one-'));
      for (const [path, text] of Object.entries({ 'program.mjs': PROGRAM, ...files })) {
        await writeFile(join(place, path), text);
      }
      await dump(new Table({ x: vectorFromArray(Float64Array.of(1, 2)) }), join(place, 'sample.parquet'));
      await run(process.execPath, command as string[], { cwd: place });
      const { stdout } = await run(process.execPath, ['--require', '../fast.cjs', file], { cwd: place });
      const { threads, inline, parquet, fast, named } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      assert.deepEqual(threads, isExternal ? works : [refused, refused, refused]);
      assert.deepEqual(inline, inlineWorks);
      // dump and load find parquet-wasm beside the program; a bundle by webpack loads nothing by a variable
      // name.
      const loaded = name === 'webpack' ? noParquet : '1';
      assert.deepEqual(parquet, isExternal ? ['1', '2'] : [loaded, noParquet]);
      assert.equal(named, true);
      assert.equal(fast, true);
    });
  }
});

describe('packageUrl', () => {
  it('is a file of the package, whose home has the entry of the workers', () => {
    assert.equal(packageUrl, pathToFileURL(join(root, 'build', 'util', 'package-url.js')).href);
    assert.equal(packageHome?.href, pathToFileURL(`${join(root, 'build')}/`).href);
    assert.equal(dirname(fileURLToPath(packageUrl)), join(root, 'build', 'util'));
    requirePackageHome();
  });
});
