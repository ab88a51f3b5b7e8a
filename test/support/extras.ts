import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where `node scripts/extras.js` puts packages that the lock file cannot hold. */
export const extrasFolder = join(import.meta.dirname, '..', '..', '.extras');

const require = createRequire(join(extrasFolder, 'package.json'));

/** Why tests that want this package are to be skipped; false where it is there. With APPLY_PARALLEL_ALL=1 they run, and fail. */
export function missingExtra(name: string): string | false {
  if (process.env.APPLY_PARALLEL_ALL || existsSync(join(extrasFolder, 'node_modules', name))) return false;
  return `${name} is not there: node scripts/extras.js`;
}

/** The package; only where it is not missing. */
export const extra = (name: string): unknown => require(name);
