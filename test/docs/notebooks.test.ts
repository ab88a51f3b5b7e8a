import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createProject, type Project, root } from '../e2e/support/project.js';
import { execute, jupyterEnv, missingForNotebooks, readNotebook, shownBy, tidy } from './support/notebook.js';

/*
 * Every notebook of examples/notebooks, run by Jupyter and tslab with the package as npm packs it, must show
 * what is committed.
 *
 * UPDATE_NOTEBOOKS=1 writes what they show into the files instead. APPLY_PARALLEL_ALL=1, as in .ci/run, fails
 * where Jupyter or tslab is missing; else the tests say so and are left out.
 */

const folder = join(root, 'examples', 'notebooks');
const notebooks = (await readdir(folder)).filter((name) => name.endsWith('.ipynb')).sort();
const missing = await missingForNotebooks();
const skip = missing !== undefined && `${missing} is missing: run scripts/install-jupyter.sh`;

describe('notebooks', () => {
  let project: Project;
  let inProject: string;

  before(async () => {
    assert.ok(!skip || !process.env.APPLY_PARALLEL_ALL, String(skip));
    if (skip) return;
    project = await createProject();
    inProject = join(project.path, 'examples', 'notebooks');
    for (const name of notebooks) await cp(join(folder, name), join(inProject, name));
    await cp(join(root, 'fixtures', 'sales.ts'), join(project.path, 'fixtures', 'sales.ts'));
  });
  after(() => project?.remove());

  it('are there', () => {
    assert.deepEqual(notebooks, [
      'caching-and-progress.ipynb',
      'quick-start.ipynb',
      'sales-preprocessing.ipynb',
    ]);
  });

  it('have the code of the sales example', async () => {
    const { cells } = await readNotebook(join(folder, 'sales-preprocessing.ipynb'));
    const code = cells.map(({ source }) => (Array.isArray(source) ? source.join('') : source));
    for (const file of ['sales-histories.ts', 'sales-model.ts']) {
      const text = await readFile(join(root, 'examples', file), 'utf8');
      const body = text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
      assert.ok(code.includes(body.trim()), `a cell has what ${file} has, without imports and exports`);
    }
  });

  for (const name of notebooks) {
    it(name, { skip }, async () => {
      const executed = await execute(join(inProject, name));
      if (process.env.UPDATE_NOTEBOOKS) await writeFile(join(folder, name), tidy(executed));
      else assert.deepEqual(shownBy(executed), shownBy(await readNotebook(join(folder, name))));
    });
  }

  it('show frames before any call, and errors and warnings with the message first', { skip }, async () => {
    const cells = [
      `import { applyParallel, groupby } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
const df = new DataFrame({ key: ['a', 'b'], x: [1, 2] });
df`,
      `groupby(df, 'kye' as 'key')`,
      `await applyParallel(groupby(df, 'kye' as 'key'), (g) => g);`,
      `await applyParallel(groupby(df, 'key'), ((g) => { g.head(); }) as never);`,
    ];
    const script = join(root, 'test', 'support', 'cells.py');
    const { stdout } = await promisify(execFile)(await kernelPython(), [script, JSON.stringify(cells)], {
      cwd: inProject,
      env: jupyterEnv,
      timeout: 180_000,
    });
    const [frame = '', atOnce = '', later = '', warning = ''] = JSON.parse(stdout) as string[];
    assert.match(frame, /^<table class="dataframe">/);
    for (const error of [atOnce, later]) {
      assert.match(
        error,
        /^ApplyError: there is no column 'kye'.*\n( {4}at evalmachine\.<anonymous>:.*\n)+$/,
      );
    }
    assert.match(warning, /^\(node:\d+\) \[APPLY_PARALLEL_NO_RESULT\] Warning: /);
  });

  it('let go of everything when the kernel is interrupted, and when it is shut down', { skip }, async () => {
    const script = join(root, 'test', 'support', 'interrupt.py');
    const { stdout } = await promisify(execFile)(await kernelPython(), [script], {
      cwd: inProject,
      env: jupyterEnv,
      timeout: 180_000,
    });
    const isEnded = { interrupted: true, works_on: false };
    assert.deepEqual(JSON.parse(stdout), {
      applyParallel: isEnded,
      Parallel: isEnded,
      parmap: isEnded,
      submit: isEnded,
      map: isEnded,
      next_submit: '42',
      next_call: '30',
      is_alive_after_shutdown: false,
    });
  });
});

/** The Python that Jupyter runs on, which need not be the first on the PATH. */
async function kernelPython(): Promise<string> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const works = await promisify(execFile)(python, ['-c', 'import jupyter_client']).catch(() => undefined);
    if (works) return python;
  }
  throw new Error('no python3 has jupyter_client');
}
