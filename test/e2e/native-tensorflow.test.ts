import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createProject, type Project, root } from './support/project.js';

/*
 * danfojs-node on the native TensorFlow, of which a process can load one copy. Here a stand-in that fails
 * where the native one does: the pure TensorFlow under its name, which refuses to load in a second thread.
 */
describe('native TensorFlow', () => {
  let project: Project;

  before(async () => {
    project = await createProject();
    const here = join(root, 'node_modules');
    const there = join(project.path, 'node_modules');
    await rm(join(there, 'danfojs-node'));
    await cp(join(here, 'danfojs-node'), join(there, 'danfojs-node'), { recursive: true });
    const { dependencies } = JSON.parse(await readFile(join(here, 'danfojs-node', 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) {
      if (name.startsWith('@tensorflow')) continue;
      await mkdir(dirname(join(there, name)), { recursive: true });
      await symlink(join(here, name), join(there, name), 'junction');
    }
    await mkdir(join(there, '@tensorflow'));
    // The tests' install has the pure one under the native one's name.
    await symlink(join(here, '@tensorflow', 'tfjs-node'), join(there, '@tensorflow', 'tfjs'), 'junction');
    const native = 'node_modules/@tensorflow/tfjs-node';
    await mkdir(join(project.path, native));
    await project.write(`${native}/package.json`, '{ "name": "@tensorflow/tfjs-node", "main": "index.js" }');
    await project.write(
      `${native}/index.js`,
      `if (!require('node:worker_threads').isMainThread) throw new Error('Module did not self-register: tfjs_binding.node');
       module.exports = { ...require('@tensorflow/tfjs'), native: true };`,
    );
    await project.write(
      'main.mjs',
      `import { applyParallel, groupby } from 'apply-parallel';
       import { DataFrame, tensorflow } from 'danfojs-node';
       const df = new DataFrame({ k: ['b', 'a', 'b'], x: [1, 2, 4] });
       const isNative = () => [tensorflow.native === true];
       for (const nJobs of [2, 1]) {
         const out = await applyParallel(groupby(df, 'k'), (g) => g.addColumn('n', g['x'].add(g['x'].sum())), { nJobs });
         console.log(JSON.stringify(out.values));
         const natives = await applyParallel(groupby(df, 'k'), () => ({ native: isNative() }), { nJobs, output: 'records' });
         console.log(JSON.stringify(natives));
       }`,
    );
  });
  after(() => project.remove());

  it('stays in the main thread, and workers get the pure one', async () => {
    const { stdout, stderr } = await project.node('main.mjs');
    assert.equal(
      stdout,
      `${[
        '[["a",2,4],["b",1,6],["b",4,9]]',
        '[{"native":false},{"native":false}]',
        '[["a",2,4],["b",1,6],["b",4,9]]',
        '[{"native":true},{"native":true}]',
      ].join('\n')}\n`,
      stderr,
    );
  });
});
