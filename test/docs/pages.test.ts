import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drawPicture } from '../../bench/picture.js';
import { withTablesOf } from '../../bench/publish.js';
import { readRuns } from '../../bench/runs.js';

/* The pages that list something list all of it. That their programs run is for readme.test.ts. */

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('docs/errors.md', () => {
  const codes = new Set(read('src/errors.ts').match(/ERR_[A-Z_]+/g));
  for (const code of codes) {
    it(`has ${code}`, () => assert.ok(read('docs/errors.md').includes(`| \`${code}\``) || isSecond(code)));
  }

  /** A code of calls shares the line of its twin of groups. */
  const isSecond = (code: string) => read('docs/errors.md').includes(`, \`${code}\` |`);
});

describe('docs/options.md', () => {
  // Each interface of options, with the heading under which the page has them.
  const interfaces = [
    ['src/groups/groupby-options.ts', 'GroupbyOptions', 'groupby'],
    ['src/groups/options.ts', 'ApplyOptions', 'applyParallel'],
    ['src/filter-parallel.ts', 'FilterOptions', 'filterParallel'],
    ['src/groups/batches/options.ts', 'BatchOptions', 'mapBatches'],
    ['src/windows/options.ts', 'WindowOptionsBase', 'windows and rolling'],
    ['src/calls/options.ts', 'ParallelConfig', 'Parallel'],
    ['src/calls/options.ts', 'ParallelOptions', 'Parallel'],
    ['src/parmap.ts', 'ParmapOptions', 'parmap'],
    ['src/calls/executor-options.ts', 'ExecutorOptions', 'createExecutor'],
    ['src/cache/memory.ts', 'MemoryOptions', 'Memory'],
    ['src/cache/memory.ts', 'CacheOptions', 'Memory'],
    ['src/cache/cache-folder.ts', 'SizeLimits', 'Memory'],
    ['src/files/options.ts', 'ScanOptions', 'scan'],
    ['src/files/csv/options.ts', 'CsvOptions', 'scan'],
    ['src/files/dataset.ts', 'ReadOptions', 'scan'],
    ['src/persist/dump.ts', 'DumpOptions', 'dump and load'],
    ['src/persist/load.ts', 'LoadOptions', 'dump and load'],
    ['src/reduce-memory.ts', 'ReduceMemoryOptions', 'reduceMemory'],
    ['src/notebook/to-html.ts', 'HtmlOptions', 'toHTML'],
    ['src/shared/queue.ts', 'QueueOptions', 'SharedQueue'],
  ];
  for (const [path, name, heading] of interfaces) {
    it(`has every option of ${name}`, () => {
      const section = sectionOf(read('docs/options.md'), heading);
      const missing = membersOf(read(path), name).filter((option) => !section.includes(`| \`${option}\` |`));
      assert.deepEqual(missing, []);
    });
  }
});

it('the install lines work before the package is on npm', () => {
  const { name, version } = JSON.parse(read('package.json')) as { name: string; version: string };
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((path) => path.endsWith('.md'))
      .map((path) => `docs/${path}`),
  ];
  const lines = pages.flatMap((path) => read(path).match(/npm (?:install|i) [^`\n]*/g) ?? []);
  const own = lines.flatMap((line) => line.split(' ')).filter((word) => word.includes(name));
  assert.ok(own.length > 0);
  assert.deepEqual(new Set(own), new Set([`./${name}-${version}.tgz`]));
});

it('the picture of the benchmark and the tables of docs/performance.md are those of the last runs', () => {
  const wayOut = 'npm run bench:publish makes them';
  assert.equal(read('docs/images/benchmark.svg'), drawPicture(readRuns()), wayOut);
  assert.equal(read('docs/performance.md'), withTablesOf(readRuns(), read('docs/performance.md')), wayOut);
});

/** Returns the text below a heading of the second level. */
function sectionOf(page: string, heading: string): string {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section, heading);
  return section;
}

/** Returns the names of an interface's members. */
function membersOf(source: string, name: string): string[] {
  const body =
    new RegExp(`interface ${name}\\b[\\s\\S]*?\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1] ?? '';
  const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map((match) => match[1]);
  assert.ok(members.length > 0, name);
  return members;
}
