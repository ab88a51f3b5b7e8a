import { ApplyError } from '../../errors.js';
import { isDiskFull } from '../../util/index.js';

const known: { readonly [code: string]: string } = {
  EACCES: 'this user has no permission to write there',
  EPERM: 'this user has no permission to write there',
  ERR_ACCESS_DENIED: "Node's permission model allows no writing there; start node with --allow-fs-write",
  EROFS: 'the file system can only be read',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'the name is longer than the file system allows',
  ELOOP: 'its symbolic links lead in a circle',
};

/** Cuts the call and its path, which may be that of a temporary file: `ENOENT: …, mkdir '/out/a.tmp'`. */
const withoutPath = (message: string): string => message.replace(/, \w+ '.*$/s, '');

/** Rewords an error of the system to name the place that is written to. Returns other errors as they are. */
export function writeError(path: string, error: unknown): unknown {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  const isOfSystem = code !== undefined && (syscall !== undefined || code === 'ERR_ACCESS_DENIED');
  if (error instanceof ApplyError || !isOfSystem) return error;
  return new ApplyError('ERR_WRITE', `${path} cannot be written: ${known[code] ?? withoutPath(message)}`, {
    cause: error,
  });
}

/**
 * Like {@link writeError}, for a write.
 * @param written bytes of the whole output that were written before
 * @param needed bytes that this write should have added
 */
export function appendError(path: string, error: unknown, written: number, needed: number): unknown {
  if (!isDiskFull(error)) return writeError(path, error);
  return new ApplyError(
    'ERR_WRITE',
    `${path} cannot be written: the disk is full; ${megabytes(written)} were written and removed again, ` +
      `and at least ${megabytes(needed)} more were needed; make room, or write to another disk`,
    { cause: error },
  );
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1)} MB`;
