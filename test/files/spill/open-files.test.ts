import assert from 'node:assert/strict';
import { fstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OpenFiles } from '#dist/files/spill/open-files.js';

const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-open-files-'));
after(() => rmSync(folder, { recursive: true }));
const paths = Array.from({ length: 70 }, (_, k) => join(folder, `${k}`));
for (const path of paths) writeFileSync(path, '');

const isOpen = (file: number) => {
  try {
    fstatSync(file);
    return true;
  } catch {
    return false;
  }
};

test('the first files stay open until they are closed, and others are closed after each use', () => {
  const files = new OpenFiles();
  const write = (text: string) =>
    paths.map((path) =>
      files.use(path, (file) => {
        writeSync(file, text);
        return file;
      }),
    );
  const first = write('a');
  assert.deepEqual(
    first.map(isOpen),
    first.map((_, k) => k < 64),
  );
  assert.deepEqual(write('b').slice(0, 64), first.slice(0, 64));
  files.close(paths[0]);
  files.close(paths[0]);
  files.close(paths[69]);
  assert.equal(isOpen(first[0]), false);
  assert.equal(isOpen(first[63]), true);
  // There is room for another one.
  assert.equal(isOpen(files.use(paths[69], (file) => file)), true);
  files.closeAll();
  files.closeAll();
  assert.deepEqual(
    first.filter((file, k) => k < 64 && isOpen(file)),
    [],
  );
  // A file that was closed in between is written from its beginning again.
  assert.deepEqual(
    paths.map((path) => readFileSync(path, 'utf8')),
    paths.map((_, k) => (k < 64 ? 'ab' : 'b')),
  );
});

test('a file that is not there is not made, and an error in use leaves the others open', () => {
  const files = new OpenFiles();
  assert.throws(() => files.use(join(folder, 'none'), () => 1), { code: 'ENOENT' });
  assert.throws(() => files.use(paths[0], () => assert.fail('full')), /full/);
  const file = files.use(paths[0], (own) => own);
  assert.equal(isOpen(file), true);
  files.closeAll();
  assert.equal(isOpen(file), false);
});
