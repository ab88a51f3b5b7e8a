import { statfs } from 'node:fs/promises';
import { ApplyError } from '../../errors.js';
import { isDiskFull, megabytes } from '../../util/index.js';

/** The share of the estimated bytes that must be free on the disk; the estimate may be too high. */
const SURELY_NEEDED = 0.75;

/** Throws `ERR_SPILL` if the disk of a folder surely lacks room for the rows. */
export async function checkRoom(parent: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(parent);
  const free = bavail * bsize;
  if (free >= bytes * SURELY_NEEDED) return;
  throw new ApplyError(
    'ERR_SPILL',
    `the disk of ${parent} has ${megabytes(free)} free, and the rows need about ${megabytes(bytes)}; ` +
      ADVICE,
  );
}

const ADVICE = 'name another folder with spillTo, or let the rows stay in memory with a higher memoryLimit';

/**
 * Returns the error of a failed spill: `ERR_SPILL` for what the system refused, others as they are.
 *
 * @param bytes about how many bytes the rows need; undefined for results, whose size nobody knows before
 */
export function spillError(
  error: unknown,
  { parent, bytes }: { readonly parent: string; readonly bytes: number | undefined },
  written: number,
): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  const isOfSystem = code !== undefined && (syscall !== undefined || code === 'ERR_ACCESS_DENIED');
  if (error instanceof ApplyError || !isOfSystem) return error;
  const options = { cause: error };
  if (!isDiskFull(error)) {
    return new ApplyError('ERR_SPILL', `rows cannot be spilled to ${parent}: ${message}; ${ADVICE}`, options);
  }
  const what =
    bytes === undefined
      ? `${megabytes(written)} of results were written beside the groups' rows, and removed again`
      : `the rows need about ${megabytes(bytes)}, and ${megabytes(written)} were written and removed again`;
  return new ApplyError('ERR_SPILL', `the disk of ${parent} is full: ${what}; ${ADVICE}`, options);
}
