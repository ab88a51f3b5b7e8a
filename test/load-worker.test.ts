// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(root, 'out-compiled-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a call on workers that import nothing, and waits until they have kept their code. */
const PROGRAM = `
  import { applyParallel, groupby } from 'apply-parallel';
  const fn = ({ k }) => ({ n: [k.length] });
  console.log(JSON.stringify(await applyParallel(groupby({ k: [1, 2, 2] }, 'k'), fn, { nJobs: 2, output: 'records' })));
  setTimeout(() => {}, 500);
`;

function run(env: NodeJS.ProcessEnv): void {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', PROGRAM],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: folder, ...env } },
  );
  assert.deepEqual(
    { status, signal, stdout, stderr },
    { status: 0, signal: null, stdout: '[{"n":1},{"n":2}]\n', stderr: '' },
  );
}

const kept = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.bin'))
    .map((name) => join(folder, name));

/** Node keeps compiled code itself from 22.1 on. */
const skip = 'enableCompileCache' in process.getBuiltinModule('node:module');

it('Workers keep their compiled code, and take no other: V8 would crash on damaged code', { skip }, () => {
  run({ NODE_DISABLE_COMPILE_CACHE: '1' });
  assert.deepEqual(kept(), []);
  run({});
  const files = kept();
  assert.equal(files.length, 2, String(files));
  const whole = files.map((file) => readFileSync(file));
  const damages: ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes,
    (bytes) => bytes.subarray(0, bytes.length / 2),
    () => Buffer.alloc(0),
    (bytes) => bytes.map((byte, k) => (k % 5000 === 3000 ? byte ^ 255 : byte)) as Buffer,
  ];
  for (const damage of damages) {
    for (const [k, file] of files.entries()) writeFileSync(file, damage(whole[k]));
    run({});
    assert.deepEqual(kept(), files, 'nothing else lies there');
  }
  const [folderOfBuild, written] = [dirname(files[0]), files[0]];
  const [left, underWay] = [`${written}.4711.1`, `${written}.4711.2`];
  for (const temporary of [left, underWay]) writeFileSync(temporary, 'half');
  utimesSync(left, 0, 0);
  rmSync(written);
  run({});
  const expected = [...files, underWay].map((file) => basename(file)).sort();
  assert.deepEqual(readdirSync(folderOfBuild).sort(), expected, 'what a killed writer left is gone');
  assert.ok(!readFileSync(files[0]).equals(damages[3](whole[0])), 'damaged code is replaced');
});

it('Workers start without node:crypto, which takes each of them some milliseconds', () => {
  const program = `
    import { applyParallel, groupby } from 'apply-parallel';
    const fn = () => ({ loads: [process.moduleLoadList.includes('NativeModule crypto')] });
    console.log(await applyParallel(groupby([{ k: 1 }], 'k'), fn, { nJobs: 2 }));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(stdout + stderr, '[ { loads: false } ]\n');
});
