import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeTemporaryFolder } from '#dist/util/index.js';
import { runScript } from '../support/child.js';

const root = mkdtempSync(join(tmpdir(), 'temporary-folder-'));
after(() => rmSync(root, { recursive: true, force: true }));

describe('makeTemporaryFolder', () => {
  it('removes the folders that it made, and no other', async () => {
    mkdirSync(join(root, 'there'));
    const folder = await makeTemporaryFolder(join(root, 'there', 'new', 'deep', 'rows'));
    writeFileSync(join(folder.path, 'bucket'), '');
    assert.equal(dirname(folder.path), join(root, 'there', 'new', 'deep'));
    await folder.remove();
    assert.deepEqual(readdirSync(root), ['there']);
    assert.deepEqual(readdirSync(join(root, 'there')), []);
  });

  it('leaves folders in which another call still works to that call', async () => {
    const path = join(root, 'shared', 'rows');
    const folders = await Promise.all([makeTemporaryFolder(path), makeTemporaryFolder(path)]);
    const below = await makeTemporaryFolder(join(root, 'shared', 'below', 'rows'));
    await folders[0].remove();
    await folders[1].remove();
    assert.ok(existsSync(below.path));
    await below.remove();
    assert.equal(existsSync(join(root, 'shared')), false);
  });

  it('leaves folders that hold anything else, for good', async () => {
    const kept = join(root, 'kept');
    const first = await makeTemporaryFolder(join(kept, 'rows'));
    writeFileSync(join(kept, 'results.csv'), '');
    await first.remove();
    assert.deepEqual(readdirSync(kept), ['results.csv']);
    rmSync(join(kept, 'results.csv'));
    await (await makeTemporaryFolder(join(kept, 'rows'))).remove();
    assert.deepEqual(readdirSync(kept), []);
  });

  it('leaves nothing where it fails', async () => {
    await assert.rejects(makeTemporaryFolder(join(root, 'failed', 'a'.repeat(300), 'rows')), {
      code: 'ENAMETOOLONG',
    });
    assert.equal(existsSync(join(root, 'failed')), false);
  });

  it('removes them when the process ends', async () => {
    const own = join(root, 'ended');
    const end = await runScript(`
      import { makeTemporaryFolder } from '#dist/util/index.js';
      await makeTemporaryFolder(${JSON.stringify(join(own, 'deep', 'rows'))});
      process.exit(3);
    `);
    assert.equal(end.code, 3, end.stderr);
    assert.equal(existsSync(own), false);
  });
});
