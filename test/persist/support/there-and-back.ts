import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type DumpOptions, dump, load } from 'apply-parallel';

/** A folder for the dumps of one test file, removed when it ends. */
export const home = mkdtempSync(join(tmpdir(), 'apply-parallel-dump-'));
after(() => rmSync(home, { recursive: true, force: true }));

let files = 0;
export const newFile = (ending = ''): string => join(home, `${files++}${ending}`);

/** Dumps a value into a new file and loads it. */
export async function there<T>(value: T, ending = '', options: DumpOptions = {}): Promise<T> {
  const file = newFile(ending);
  await dump(value, file, options);
  return load<T>(file);
}
