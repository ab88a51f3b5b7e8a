import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach } from 'node:test';
import { Memory, shutdown } from 'apply-parallel';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-cache-'));
after(async () => {
  await shutdown();
  rmSync(home, { recursive: true, force: true });
});

/** A new folder for every test of the file that imports this, and a `Memory` in it. */
export let location: string;
export let memory: Memory;
beforeEach(() => {
  location = newFolder('case-');
  memory = new Memory({ location });
});

/** Returns a new folder that is removed when the test file ends. */
export const newFolder = (prefix: string): string => mkdtempSync(join(home, prefix));

export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Returns the warnings of memories that come while `body` runs. */
export async function warningsOf(body: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const listen = (warning: Error) => {
    if (warning.name === 'MemoryWarning') warnings.push(warning.message);
  };
  process.on('warning', listen);
  try {
    await body();
    await new Promise(setImmediate);
  } finally {
    process.off('warning', listen);
  }
  return warnings;
}
