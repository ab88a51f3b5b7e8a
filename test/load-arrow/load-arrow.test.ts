// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('apache-arrow, loaded by this package', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(root, 'out-load-arrow-'));
    // Whether this thread still joins arrays the fast way, as V8 itself says.
    await writeFile(
      join(folder, 'fast.mjs'),
      'export const isFast = () => %IsConcatSpreadableProtector();\nexport const ask = () => ({ fast: [isFast()] });\n',
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The lines that a program prints. */
  const program = async (name: string, source: string): Promise<string[]> => {
    const path = join(folder, name);
    await writeFile(path, source);
    const { stdout } = await run(process.execPath, ['--allow-natives-syntax', path], { cwd: root });
    return stdout.trim().split('\n');
  };

  it('leaves V8 its fast way of joining arrays, here and in workers', async () => {
    const lines = await program(
      'program.mjs',
      `
      import { applyParallel, delayed, groupby, moduleFunction, Parallel } from 'apply-parallel';
      import { tableFromArrays, Vector } from 'apache-arrow';
      import { isFast } from './fast.mjs';
      const ask = moduleFunction(new URL('./fast.mjs', import.meta.url), 'ask');
      const called = await Parallel({ nJobs: 2 })([1, 2].map(delayed(ask)));
      const table = tableFromArrays({ k: Int32Array.of(1, 2) });
      const applied = await applyParallel(groupby(table, 'k'), ask, { nJobs: 2, output: 'records' });
      console.log(isFast(), JSON.stringify(called), JSON.stringify(applied));
      console.log(Symbol === Object(Symbol.iterator).constructor, Symbol.isConcatSpreadable in Vector.prototype);
    `,
    );
    assert.deepEqual(lines, [
      'true [{"fast":[true]},{"fast":[true]}] [{"fast":true},{"fast":true}]',
      'true false',
    ]);
  });

  it('does so through apply-parallel/danfo and require, too', async () => {
    for (const [name, load] of [
      ['danfo.mjs', "import 'apply-parallel/danfo'"],
      ['required.cjs', "require('apply-parallel')"],
    ]) {
      const lines = await program(name, `${load}; console.log(%IsConcatSpreadableProtector());`);
      assert.deepEqual(lines, ['true'], name);
    }
  });

  it('is what it was where the program has loaded it before', async () => {
    const lines = await program(
      'before.mjs',
      `
      import { Vector } from 'apache-arrow';
      import 'apply-parallel';
      console.log(Symbol.isConcatSpreadable in Vector.prototype, Symbol === Object(Symbol.iterator).constructor);
    `,
    );
    assert.deepEqual(lines, ['true true']);
  });
});
