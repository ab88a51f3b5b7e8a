// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { extra } from '../../scripts/extras.js';
import { createProject, type Project, root } from './support/project.js';

/* The settings of docs/bundlers.md, and what a bundle does without them. */

const program = `
import { tableFromArrays, Table } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { cumsum } from 'apply-parallel/columns';

const table = tableFromArrays({ k: ['a', 'b', 'a'], x: Float64Array.of(1, 2, 3) });
const running = (g) => ({ ...g, total: cumsum(g.x) });
applyParallel(groupby(table, 'k'), running, { input: 'columns', nJobs: Number(process.argv[2]) }).then(
  (out) => console.log(out instanceof Table, [...out.getChild('total')].join()),
  (error) => console.log(error.code, error.message),
);
`;

const esbuild = join(root, 'node_modules', 'esbuild', 'bin', 'esbuild');
const rollup = extra('rollup', 'dist/bin/rollup');
const webpack =
  extra('webpack', 'package.json') &&
  join(dirname(extra('webpack', 'package.json') as string), 'bin', 'webpack.js');

describe('bundlers', () => {
  let project: Project;
  before(async () => {
    project = await createProject();
    await project.write('program.mjs', program);
  });
  after(() => project.remove());

  /** Runs a bundle with workers; the table and the helper are those of the packages beside it. */
  async function works(bundle: string): Promise<void> {
    const { code, stdout, stderr } = await project.node(bundle, '2');
    assert.deepEqual([code, stdout, stderr], [0, 'true 1,4,2\n', '']);
  }

  for (const options of [['--external:apply-parallel', '--external:apache-arrow'], ['--packages=external']]) {
    for (const format of ['esm', 'cjs']) {
      it(`esbuild ${options.join(' ')}, ${format}, minified`, async () => {
        const out = `out.${format === 'esm' ? 'mjs' : 'cjs'}`;
        const how = ['--bundle', '--minify', '--platform=node', `--format=${format}`, `--outfile=${out}`];
        const { code, stderr } = await project.nodeOf(
          esbuild,
          'program.mjs',
          ...how,
          '--log-level=warning',
          ...options,
        );
        assert.equal(code, 0, stderr);
        await works(out);
      });
    }
  }

  it('esbuild, everything inside: an error says what to do, and nJobs: 1 works', async () => {
    const how = ['--bundle', '--platform=node', '--format=esm', '--outfile=inside.mjs', '--log-level=error'];
    // Code of CommonJS that is bundled into a module looks for \`require\`.
    const banner =
      "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    const built = await project.nodeOf(esbuild, 'program.mjs', ...how, banner);
    assert.equal(built.code, 0, built.stderr);
    const { stdout } = await project.node('inside.mjs', '2');
    assert.match(stdout, /^ERR_UNSUPPORTED .*Mark the package as external.*docs\/bundlers\.md/);
    assert.equal((await project.node('inside.mjs', '1')).stdout, 'true 1,4,2\n');
  });

  it('Rollup', { skip: rollup ? false : 'not installed: node scripts/extras.js' }, async () => {
    const external = "external: [/^apply-parallel(\\/|$)/, 'apache-arrow']";
    await project.write(
      'rollup.config.mjs',
      `export default { input: 'program.mjs', output: { file: 'rolled.mjs', format: 'es' }, ${external} };`,
    );
    const { code, stderr } = await project.node(rollup as string, '-c', 'rollup.config.mjs');
    assert.equal(code, 0, stderr);
    await works('rolled.mjs');
  });

  for (const [kind, isModule] of [
    ['module', true],
    ['node-commonjs', false],
  ] as const) {
    it(`webpack, ${kind}`, { skip: webpack ? false : 'not installed: node scripts/extras.js' }, async () => {
      const out = isModule ? 'packed.mjs' : 'packed.cjs';
      await project.write(
        'build.cjs',
        `require(${JSON.stringify(webpack && dirname(dirname(webpack)))})({
          target: 'node', mode: 'production', context: __dirname, entry: './program.mjs',
          experiments: { outputModule: ${isModule} },
          output: { path: __dirname, filename: '${out}', module: ${isModule} },
          externals: {
            'apply-parallel': '${kind} apply-parallel',
            'apply-parallel/columns': '${kind} apply-parallel/columns',
            'apache-arrow': '${kind} apache-arrow',
          },
        }, (error, stats) => {
          if (error || stats.hasErrors()) { console.error(String(error ?? stats)); process.exitCode = 1; }
        });`,
      );
      const { code, stderr } = await project.node('build.cjs');
      assert.equal(code, 0, stderr);
      await works(out);
    });
  }
});
