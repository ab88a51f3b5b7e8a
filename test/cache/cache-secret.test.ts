import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readOrCreateSecret } from '#dist/cache/cache-secret.js';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-secret-'));
after(() => rmSync(home, { recursive: true, force: true }));

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the secret of a cache', () => {
  it('is one for all who ask at once, and ever after', async () => {
    const folder = join(home, 'new', 'folder');
    const secrets = await Promise.all(Array.from({ length: 20 }, () => readOrCreateSecret(folder)));
    assert.equal(new Set(secrets.map(hex)).size, 1);
    assert.equal(secrets[0].length, 16);
    assert.equal(hex(await readOrCreateSecret(folder)), hex(secrets[0]));
    assert.deepEqual(readdirSync(folder), ['secret']);
    assert.notEqual(hex(await readOrCreateSecret(join(home, 'another'))), hex(secrets[0]));
  });

  it('is made anew where its file is torn', async () => {
    const folder = join(home, 'torn');
    const before = await readOrCreateSecret(folder);
    truncateSync(join(folder, 'secret'), 7);
    const secret = await readOrCreateSecret(folder);
    assert.notEqual(hex(secret), hex(before));
    assert.equal(hex(readFileSync(join(folder, 'secret'))), hex(secret));
  });

  it('is any where none can be kept', async () => {
    const file = join(home, 'a-file');
    writeFileSync(file, '');
    assert.equal((await readOrCreateSecret(file)).length, 16);
  });
});
