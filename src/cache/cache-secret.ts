import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY } from '../persist/index.js';

const SECRET_BYTES = 16;
const NAME = 'secret';

export const newSecret = (): Uint8Array => randomBytes(SECRET_BYTES);

/**
 * Returns the secret of a cache and creates it at first use. Processes that create it at the same moment get
 * the same. If it cannot be stored, no result can be, so it returns one that is not.
 */
export async function readOrCreateSecret(folder: string): Promise<Uint8Array> {
  const path = join(folder, NAME);
  try {
    return (await read(path)) ?? (await create(folder, path));
  } catch {
    return newSecret();
  }
}

async function create(folder: string, path: string): Promise<Uint8Array> {
  await fs.mkdir(folder, { recursive: true });
  const own = newSecret();
  const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY}`;
  await fs.writeFile(temporary, own, { mode: 0o600 });
  try {
    // A link never replaces the secret of another process, as a rename would, and never shows half of one, as
    // writing to the path would.
    await fs.link(temporary, path).catch(async () => {
      // Another process has created it, or the file system has no links.
      if (!(await read(path))) await fs.copyFile(temporary, path);
    });
  } finally {
    await fs.rm(temporary, { force: true });
  }
  return (await read(path)) ?? own;
}

/** Returns undefined if there is no secret, or only part of one. */
async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await fs.readFile(path);
    return bytes.length === SECRET_BYTES ? bytes : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
