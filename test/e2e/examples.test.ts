import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createProject, type Project } from './support/project.js';

/* The examples, copied out of the package as examples/README.md says. */

describe('examples of the package', () => {
  let project: Project;
  before(async () => {
    project = await createProject();
    await project.write('package.json', '{ "private": true, "type": "module" }');
    for (const folder of ['examples', 'fixtures']) {
      const path = join(project.path, 'node_modules', 'apply-parallel', folder);
      await cp(path, join(project.path, folder), { recursive: true });
    }
  });
  after(() => project.remove());

  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.node(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const tsx = 'node_modules/tsx/dist/cli.mjs';

  it('run without a clone', async () => {
    assert.match(await run(tsx, 'examples/rows.ts'), /'Ben' .* 10\.5/);
    const out = join(project.path, 'features.arrow');
    assert.match(
      await run(tsx, 'examples/sales-preprocess.ts', '--rows', '5000', '--out', out),
      /sells best/,
    );
  });

  it('has a function for the program', async () => {
    await run(tsx, 'fixtures/sales.ts', '--out', 'sales', '--rows', '5000');
    const files = ['--input', 'sales/sales.arrow', '--to', 'features.parquet'];
    const program = ['node_modules/apply-parallel/dist/cli.js', 'run', 'examples/features.ts'];
    const summary = await run(...program, ...files, '--by', 'category,month', '--set', 'least=2');
    assert.match(summary, /^[\d,]+ rows × 5 columns, .* in features\.parquet, [\d,]+ groups/);
  });
});
