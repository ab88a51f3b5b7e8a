import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'early-exit-'));
after(() => rmSync(folder, { recursive: true }));
const guard = new URL('../../scripts/early-exit.js', import.meta.url).href;

/** Runs test files in one process, as `npm test` does, and returns its exit code. */
function run(...files: readonly string[]): number | null {
  const paths = files.map((text, k) => {
    const path = join(folder, `${k}.mjs`);
    writeFileSync(path, `import ${JSON.stringify(guard)}; import { test } from 'node:test';\n${text}`);
    return path;
  });
  const joined = join(folder, 'joined.test.mjs');
  writeFileSync(joined, paths.map((path) => `import ${JSON.stringify(path)};\n`).join(''));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, ['--test', joined], { env }).status;
}

const ends = "test('ends', async () => { await null; process.exit(0); });";
const fails = "test('fails', () => { throw new Error('failed'); });";
const passes = "test('passes', async () => { await new Promise((resolve) => setTimeout(resolve, 5)); });";

describe('a process of tests fails', () => {
  it('if a test ends it with exit code 0', () => assert.equal(run(ends, fails), 1));
  it('if a file ends it when it is imported', () => assert.equal(run('process.exit();', fails), 1));
  it('if a test of a later file fails', () => assert.equal(run(passes, fails), 1));
  it('if a file throws when it is imported', () => assert.equal(run(passes, 'throw new Error();'), 1));
});

it('a process of tests that pass passes', () => assert.equal(run(passes, passes), 0));
