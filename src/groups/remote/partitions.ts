import { DataType, type Schema } from 'apache-arrow';
import {
  ascending,
  column,
  descending,
  type Expression,
  expression,
  filter,
  project,
  quoted,
  type Relation,
  repartition,
  type Session,
  sortWithin,
} from '../../cluster/inside.js';
import type { Tasks } from '../cluster/index.js';
import type { OrderBy } from '../order-by.js';
import type { RemoteParts } from '../remote-groupby.js';

/** Bytes of rows that a task may hold at once, twice. More rows come sorted, and in pieces. */
const MOST_BYTES = 256 * 1024 * 1024;
/** The pieces in which sorted rows are run. */
const CUT_BYTES = 8 * 1024 * 1024;
/** Bytes of rows for each task, if the cluster has more of them than cores. */
const TASK_BYTES = 128 * 1024 * 1024;
/** The bytes of rows in memory for each byte that Spark estimates. */
const EXPANSION = 4;
/** Tasks for each core, so that a long one does not keep the others waiting. */
const TASKS_PER_CORE = 2;
const MOST_TASKS = 10_000;

/** The size of a remote frame and of its cluster. */
export interface RemoteSize {
  /** Bytes of rows as Spark estimates them; infinite where it cannot. */
  readonly bytes: number;
  readonly cores: number;
}

/** The rows of a remote frame that a call needs. */
export interface NeededRows {
  readonly relation: Relation;
  readonly columns: readonly string[];
}

/**
 * Returns the rows of a remote frame without the columns that nobody uses, which are then not read.
 *
 * @param used the columns that the function uses; undefined if it may use any
 */
export function neededRows(
  { frame: { relation }, by }: RemoteParts,
  schema: Schema,
  orderBy: readonly OrderBy[],
  used: ReadonlySet<string> | undefined,
): NeededRows {
  const all = schema.fields.map(({ name }) => name);
  const wanted = new Set([...by, ...orderBy.map(({ column: name }) => name), ...(used ?? all)]);
  const columns = all.filter((name) => wanted.has(name));
  const isPart = columns.length < all.length && new Set(all).size === all.length;
  return isPart ? { relation: project(relation, columns), columns } : { relation, columns: all };
}

/** Plans the tasks of a call: all rows of a key come into one. */
export function tasksOf(
  { by, dropna }: RemoteParts,
  { relation, columns }: NeededRows,
  schema: Schema,
  { bytes, cores }: RemoteSize,
  { nJobs, orderBy }: { readonly nJobs: number | undefined; readonly orderBy: readonly OrderBy[] },
): Tasks {
  const keys = by.map((name) => keyExpression(name, schema));
  const texts = by.map((name) => keyText(name, schema));
  const rows = dropna ? filter(relation, texts.map((text) => `${text} is not null`).join(' and ')) : relation;
  const inMemory = bytes * EXPANSION;
  const count = nJobs ?? taskCount(inMemory, cores);
  const isLarge = inMemory / count > MOST_BYTES;
  const partitioned = repartition(rows, keys, count);
  if (!isLarge && orderBy.length === 0) return { relation: partitioned, columns };
  const order = [
    ...keys.map((key) => ascending(key)),
    ...orderBy.map(({ column: name, isDescending }) => (isDescending ? descending : ascending)(column(name))),
  ];
  return { relation: sortWithin(partitioned, order), columns, cut: isLarge ? CUT_BYTES : undefined };
}

function taskCount(bytes: number, cores: number): number {
  const least = cores * TASKS_PER_CORE;
  if (!Number.isFinite(bytes)) return least;
  return Math.min(MOST_TASKS, Math.max(least, Math.ceil(bytes / TASK_BYTES)));
}

const isFloat = (name: string, { fields }: Schema): boolean => {
  const field = fields.find((each) => each.name === name);
  return field !== undefined && DataType.isFloat(field.type);
};

/** NaN counts as missing here, and Spark would bring it elsewhere than null. */
const keyText = (name: string, schema: Schema): string =>
  isFloat(name, schema) ? `nanvl(${quoted(name)}, null)` : quoted(name);

const keyExpression = (name: string, schema: Schema): Expression =>
  isFloat(name, schema) ? expression(keyText(name, schema)) : column(name);

/** Returns the bytes of a relation's rows as Spark estimates them. */
export async function estimatedBytes(
  session: Session,
  relation: Relation,
  signal: AbortSignal,
): Promise<number> {
  const plan = { opType: { case: 'root' as const, value: relation } };
  const explain = { plan, explainMode: COST_MODE };
  const answer = await session.analyze({ case: 'explain', value: explain }, { signal });
  const text = answer.case === 'explain' ? answer.value.explainString : '';
  // The first number is that of the whole plan after it was optimised.
  const [, number, unit] =
    /sizeInBytes=([\d.]+(?:E[+-]?\d+)?) (\w+)/.exec(text.split('== Optimized Logical Plan ==')[1] ?? '') ??
    [];
  const power = UNITS.indexOf(unit);
  if (number === undefined || power < 0 || power > LARGEST_KNOWN) return Number.POSITIVE_INFINITY;
  return Number(number) * 1024 ** power;
}

const COST_MODE = 4;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
/** Spark estimates exbibytes where it knows nothing. */
const LARGEST_KNOWN = UNITS.indexOf('TiB');
