import { ApplyError, isApplyError } from '../errors.js';
import { type Place, SAVE_MODES } from './place.js';
import { type Relation, read } from './relations.js';
import type { Session } from './session.js';
import { SparkError } from './spark-error.js';

interface Signal {
  readonly signal: AbortSignal;
}

/**
 * Asks the cluster whether something is at a place, and whether it knows the format; both are better known
 * before anything runs. Spark asks again when it writes.
 *
 * @throws ApplyError `ERR_CLUSTER` for a format that the cluster lacks
 */
export async function isTaken(session: Session, { path, format }: Place, how: Signal): Promise<boolean> {
  // A path that nobody has: with a format that exists, that is what Spark says of it.
  const none = read([`${path.replace(/\/+$/, '')}/${NOBODYS}`], { format });
  if (format !== undefined) {
    const error = await errorOf(session, none, how);
    if (/^DATA_SOURCE_NOT_FOUND|^INCOMPATIBLE_DATA_SOURCE/.test(errorClassOf(error) ?? '')) throw error;
  }
  // This format looks at no file, so that the question costs the same for any of them.
  return (await errorOf(session, read([path], { format: 'binaryFile' }), how)) === undefined;
}

const NOBODYS = '_apply_parallel_asks';

/** Returns what the cluster says against reading a relation; undefined for nothing. */
async function errorOf(session: Session, relation: Relation, how: Signal): Promise<unknown> {
  try {
    await session.sparkType(relation, how);
    return undefined;
  } catch (error) {
    if (errorClassOf(error) === undefined) throw error;
    return error;
  }
}

function errorClassOf(error: unknown): string | undefined {
  return isApplyError(error) && error.cause instanceof SparkError ? error.cause.errorClass : undefined;
}

/** The error for a place where something is. */
export const takenError = ({ path }: Place) =>
  new ApplyError(
    'ERR_CLUSTER',
    `${path} exists: write to another place, or choose what becomes of it with cluster.to(path, ` +
      "{ mode: 'overwrite' }) or 'append'",
  );

/**
 * Writes the rows of a relation by Spark's own writer, whose committer removes what a failed or aborted run
 * has written.
 */
export async function writeRelation(
  session: Session,
  input: Relation,
  { path, format, partitionBy, mode, options }: Place,
  { signal }: Signal,
): Promise<void> {
  const value = {
    input,
    source: format,
    saveType: { case: 'path' as const, value: path },
    mode: SAVE_MODES[mode],
    partitioningColumns: [...partitionBy],
    options: { ...options },
  };
  await session.command({ commandType: { case: 'writeOperation', value } }, { signal });
}
