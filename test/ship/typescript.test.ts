// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = mkdtempSync(fileURLToPath(new URL('./support/.typescript-', import.meta.url)));
after(() => rmSync(folder, { recursive: true }));
const tsxCli = fileURLToPath(import.meta.resolve('tsx/cli'));

writeFileSync(
  join(folder, 'rows.ts'),
  `interface Row { readonly k: string }
   export enum Color { Red = 3 }
   export function tag(rows: readonly Row[]): object[] { return rows.map(({ k }): object => ({ k, color: Color.Red })); }`,
);
writeFileSync(
  join(folder, 'program.ts'),
  `import { applyParallel, groupby, moduleFunction } from 'apply-parallel';
   const groups = () => groupby([{ k: 'a' }, { k: 'b' }], 'k');
   const results: unknown[] = [];
   const functions = [
     async (rows: readonly { k: string }[]): Promise<object[]> => (await import('./rows.ts')).tag(rows),
     moduleFunction<[readonly { k: string }[]], object[]>(new URL('./rows.ts', import.meta.url), 'tag'),
   ];
   for (const fn of functions) {
     results.push(await applyParallel(groups(), fn as never, { nJobs: 2 }).catch(({ code, message }) => [code, message]));
   }
   process.stdout.write(JSON.stringify(results));`,
);
writeFileSync(
  join(folder, 'start.mjs'),
  `import { register } from 'tsx/esm/api'; register(); await import('./program.ts');`,
);

const tagged = [
  { k: 'a', color: 3 },
  { k: 'b', color: 3 },
];

test('workers import TypeScript as the main thread under tsx does', async () => {
  const program = join(folder, 'program.ts');
  for (const command of [
    ['--import', 'tsx', program],
    ['--import=tsx', program],
    [tsxCli, program],
  ]) {
    const { stdout, stderr } = await run(process.execPath, command);
    assert.deepEqual(JSON.parse(stdout), [tagged, tagged], command.join(' '));
    assert.equal(stderr, '');
  }
});

test('where the loader was registered by hand, workers say what they lack', async (context) => {
  if ('registerHooks' in process.getBuiltinModule('node:module')) {
    context.skip('workers of this Node read TypeScript themselves');
    return;
  }
  const { stdout } = await run(process.execPath, [join(folder, 'start.mjs')]);
  const [, byReference] = JSON.parse(stdout);
  assert.equal(byReference[0], 'ERR_UNSHIPPABLE');
  assert.match(byReference[1], /rows\.ts could not be loaded in the worker: .*name the compiled file/);
});
