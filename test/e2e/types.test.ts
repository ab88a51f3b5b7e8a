import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { extra } from '../../scripts/extras.js';
import { createProject, type Project, root } from './support/project.js';

/* The types as other compilers and other ways of finding modules see them. */

const here = createRequire(join(root, 'package.json'));
/**
 * TypeScript 5 comes with the checker of package types; version 7 no longer knows how Node 10 found modules,
 * which tslab still does.
 */
const core = createRequire(
  createRequire(here.resolve('@arethetypeswrong/cli/package.json')).resolve('@arethetypeswrong/core'),
);
const compilers: { readonly [version: string]: string | undefined } = {
  7: join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
  5: join(dirname(core.resolve('typescript')), '..', 'bin', 'tsc'),
  5.6: extra('typescript-5.6', 'bin/tsc'),
  5.7: extra('typescript-5.7', 'bin/tsc'),
  5.8: extra('typescript-5.8', 'bin/tsc'),
  5.9: extra('typescript', 'bin/tsc'),
  6: extra('typescript-6', 'bin/tsc'),
};

const consumer = `
import { tableFromArrays, type Table } from 'apache-arrow';
import { applyParallel, type Columns, type ColumnVector, GroupBy, type GroupContext, GroupError, groupby, load, partial } from 'apply-parallel';

import 'apply-parallel/danfo';
import { DataFrame } from 'danfojs-node';

const table = tableFromArrays({ k: ['a', 'b'], x: Float64Array.of(1, 2) });
const grouped: GroupBy<typeof table> = groupby(table, 'k');

export async function main(): Promise<void> {
  const same: Table = await applyParallel(grouped, (g, { key }: GroupContext) => (key === 'a' ? g : null));
  const columns: Columns = await applyParallel(
    grouped,
    (g: { k: ColumnVector<string>; x: Float64Array }) => ({ ...g, y: g.x.map((x) => x * 2) }),
    { input: 'columns', output: 'columns' },
  );
  const scale = (g: { x: Float64Array }, { by }: { by: number }) => ({ x: g.x.map((x) => x * by) });
  await applyParallel(grouped, partial(scale, { by: 2 }), { input: 'columns', onError: (error: GroupError) => null });
  const rows = await applyParallel(groupby([{ k: 'a', n: 1 }], 'k'), (g) => g.filter((row) => row.n > 0));
  console.log(same.numRows, Object.keys(columns), rows.length);
  const frame: DataFrame = await new DataFrame({ k: ['a'] }).groupby('k').applyParallel((g) => g.head(1));
  const shares = await applyParallel(groupby([{ k: 'a', n: 1 }], 'k'), (g) => g.map((row) => ({ ...row, share: row.n / 2 })));
  const share: number = shares[0].share;
  const typed = await applyParallel(groupby(table, 'k'), (g, { key }) => ({ y: g.x.map((x) => x * key.length) }), {
    input: 'columns',
    output: 'columns',
  });
  console.log(share, typed.y.length, (await load('sales.csv')).numRows);
  // @ts-expect-error: no such column
  groupby(table, 'kk');
  // @ts-expect-error: a forgotten return
  await applyParallel(grouped, (g) => { g.numRows; });
  // @ts-expect-error: a frame that is not grouped
  await applyParallel(table, () => null);
  // @ts-expect-error: no name of a column
  frame.groupby(5);
  // @ts-expect-error: the types are there: no such option
  await applyParallel(grouped, (g) => g, { jobs: 2 });
  // @ts-expect-error: and no such property
  await applyParallel(grouped, (g) => g.nonsense);
}
`;

const ways: [version: string, resolution: string, module: string, file: string][] = [
  ['5', 'node10', 'commonjs', 'consumer.ts'],
  ['5', 'node16', 'node16', 'consumer.mts'],
  ['5', 'bundler', 'esnext', 'consumer.ts'],
  ['5.6', 'nodenext', 'nodenext', 'consumer.mts'],
  ['5.7', 'nodenext', 'nodenext', 'consumer.mts'],
  ['5.8', 'nodenext', 'nodenext', 'consumer.ts'],
  ['5.9', 'nodenext', 'nodenext', 'consumer.ts'],
  ['6', 'nodenext', 'nodenext', 'consumer.ts'],
  ['7', 'node16', 'node16', 'consumer.mts'],
  ['7', 'nodenext', 'nodenext', 'consumer.ts'],
  ['7', 'bundler', 'esnext', 'consumer.ts'],
];

describe('types', { concurrency: 2 }, () => {
  let project: Project;
  before(async () => {
    project = await createProject();
    await project.write('consumer.ts', consumer);
    await project.write('consumer.mts', consumer);
  });
  after(() => project.remove());

  for (const [version, resolution, module, file] of ways) {
    const compiler = compilers[version];
    const skip = compiler ? false : 'not installed: node scripts/extras.js';
    it(`TypeScript ${version}, moduleResolution ${resolution}, ${file}`, { skip }, async () => {
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--types',
        'node',
        '--skipLibCheck',
        '--pretty',
        'false',
      ];
      const { stdout } = await project.node(
        compiler as string,
        ...options,
        '--moduleResolution',
        resolution,
        '--module',
        module,
        file,
      );
      assert.equal(stdout, '');
    });
  }
});
