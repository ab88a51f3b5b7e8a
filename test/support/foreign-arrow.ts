import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A second copy of apache-arrow, as a project has it whose packages disagree on the version. */
export async function foreignArrow(): Promise<typeof import('apache-arrow')> {
  const here = dirname(createRequire(import.meta.url).resolve('apache-arrow'));
  const home = mkdtempSync(join(tmpdir(), 'apply-parallel-arrow-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const copy = join(home, 'node_modules', 'apache-arrow');
  cpSync(here, copy, {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && !path.includes('/src/'),
  });
  for (const dependency of ['flatbuffers', 'tslib']) {
    symlinkSync(join(here, '..', dependency), join(home, 'node_modules', dependency));
  }
  return import(pathToFileURL(join(copy, 'Arrow.node.mjs')).href);
}
