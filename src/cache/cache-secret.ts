import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY } from '../persist/index.js';

const SECRET_BYTES = 16;
const NAME = 'secret';

export const newSecret = (): Uint8Array => randomBytes(SECRET_BYTES);

/**
 * The secret of a cache, made when it is first wanted. Whoever else makes one at the same moment, in this process or another one, gets
 * the same. Where it cannot be kept, nothing can, and any will do.
 */
export async function readOrCreateSecret(folder: string): Promise<Uint8Array> {
  const path = join(folder, NAME);
  try {
    return (await read(path)) ?? (await make(folder, path));
  } catch {
    return newSecret();
  }
}

async function make(folder: string, path: string): Promise<Uint8Array> {
  await fs.mkdir(folder, { recursive: true });
  const own = newSecret();
  const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY}`;
  await fs.writeFile(temporary, own, { mode: 0o600 });
  try {
    // Unlike a rename it leaves what is there, and unlike writing to the path itself it never shows half of one.
    await fs.link(temporary, path).catch(async () => {
      // There is one, or this file system has no links.
      if (!(await read(path))) await fs.copyFile(temporary, path);
    });
  } finally {
    await fs.rm(temporary, { force: true });
  }
  return (await read(path)) ?? own;
}

/** Undefined where there is none, or a torn one. */
async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await fs.readFile(path);
    return bytes.length === SECRET_BYTES ? bytes : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
