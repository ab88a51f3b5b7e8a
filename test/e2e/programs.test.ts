import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createProject, type Project } from './support/project.js';

/*
 * The package as a stranger gets it, in programs of every kind Node runs: a closure, a bound function, a
 * function of a module, on all workers and in this thread. Each program ends by itself.
 */

const shared = `
module.exports.rate = 3;
module.exports.double = (group) => ({ k: group.k, y: group.x.map((x) => x * 2) });
`;

/** What every program does once it has its imports. `ts` holds the annotations a TypeScript program adds. */
const body = (module: string, ts: { group: string; bound: string }) => `
const table = tableFromArrays({ k: ['b', 'a', 'b', 'c'], x: Float64Array.of(1, 2, 3, 4) });
const grouped = groupby(table, 'k');
const factor = 10;
const helper = (x${ts.bound ? ': number' : ''}) => x * factor * rate;

async function main() {
  const show = (name${ts.bound ? ': string' : ''}, result${ts.bound ? ': Iterable<unknown>' : ''}) =>
    console.log(name + ' ' + JSON.stringify([...result].map((row) => JSON.parse(JSON.stringify(row)))));
  for (const nJobs of [2, 1]) {
    const options = { nJobs, input: 'columns' }${ts.bound ? ' as const' : ''};
    show('closure', await applyParallel(grouped, (g${ts.group}) => ({ k: g.k, y: g.x.map(helper) }), options));
    const scale = (g${ts.group}, { by }${ts.bound}) => ({ k: g.k, y: g.x.map((x) => x * by) });
    show('partial', await applyParallel(grouped, partial(scale, { by: 5 }), options));
    show('module', await applyParallel(grouped, moduleFunction(${module}, 'double'), options));
  }
}
main();
`;
const plain = { group: '', bound: '' };
const typed = { group: ': { k: ColumnVector<string>; x: Float64Array }', bound: ': { by: number }' };

const lines = (factor: number, name: string) =>
  `${name} ${JSON.stringify(
    [
      ['a', 2],
      ['b', 1],
      ['b', 3],
      ['c', 4],
    ].map(([k, x]) => ({ k, y: (x as number) * factor })),
  )}`;
const once = [lines(30, 'closure'), lines(5, 'partial'), lines(2, 'module')];
const expected = `${[...once, ...once].join('\n')}\n`;

const names = 'applyParallel, groupby, moduleFunction, partial';
const programs: { readonly [file: string]: { readonly source: string; readonly args?: readonly string[] } } =
  {
    'main.cjs': {
      source: `
const { ${names} } = require('apply-parallel');
const { tableFromArrays } = require('apache-arrow');
const { rate } = require('./shared.cjs');
${body("require.resolve('./shared.cjs')", plain)}`,
    },
    'main.mjs': {
      source: `
import { ${names} } from 'apply-parallel';
import { tableFromArrays } from 'apache-arrow';
import { rate } from './shared.cjs';
${body("new URL('./shared.cjs', import.meta.url)", plain)}`,
    },
    'main.mts': {
      source: `
import { ${names}, type ColumnVector } from 'apply-parallel';
import { tableFromArrays } from 'apache-arrow';
import { rate } from './shared.cjs';
${body("new URL('./shared.cjs', import.meta.url)", typed)}`,
      args: ['node_modules/tsx/dist/cli.mjs'],
    },
    'main.ts': {
      source: `
import { ${names}, type ColumnVector } from 'apply-parallel';
import { tableFromArrays } from 'apache-arrow';
import { rate } from './shared.cjs';
${body("require.resolve('./shared.cjs')", typed)}`,
      args: ['node_modules/tsx/dist/cli.mjs'],
    },
  };

describe('programs', { concurrency: 2 }, () => {
  let project: Project;
  before(async () => {
    project = await createProject();
    await project.write('shared.cjs', shared);
  });
  after(() => project.remove());

  for (const [file, { source, args = [] }] of Object.entries(programs)) {
    it(file, async () => {
      await project.write(file, source);
      const { code, stdout, stderr } = await project.node(...args, '--no-warnings', file);
      assert.equal(stderr, '');
      assert.equal(stdout, expected);
      assert.equal(code, 0);
    });
  }

  it('a program from standard input, and one given as text', async () => {
    const text = `
      import('apply-parallel').then(async ({ applyParallel, groupby }) => {
        const factor = 7;
        const rows = await applyParallel(groupby([{ k: 'a', x: 1 }], 'k'), ([row]) => ({ ...row, x: row.x * factor }), { nJobs: 2 });
        console.log(JSON.stringify(rows));
      });`;
    const { code, stdout, stderr } = await project.node('-e', text);
    assert.deepEqual([code, stdout, stderr], [0, '[{"k":"a","x":7}]\n', '']);
  });
});
