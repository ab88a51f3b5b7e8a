import { tableFromIPC } from 'apache-arrow';
import type { Cluster } from '../../cluster/index.js';
import { filter, mapInArrow, type Relation, type RunProgress, type Session } from '../../cluster/inside.js';
import { decode, encodeWhole } from '../../wire/index.js';
import type { KeptResults } from '../kept-results.js';
import { executorFiles } from './archives.js';
import { bundleModules } from './bundle-modules.js';
import { clusterErrorOf, workerPython } from './errors.js';
import { mostResultBytes } from './most-result-bytes.js';
import type { Answer, RunnerCall, WireCall } from './protocol.js';
import { pickledCall, ROW_TYPE, ROW_TYPE_JSON } from './python.js';
import { RowReader } from './rows.js';
import { hashOf, type RunnerFiles, runnerFiles } from './runner-files.js';

/** A relation, prepared so that each of its partitions can be a task. */
export interface Tasks {
  readonly relation: Relation;
  readonly columns: readonly string[];
  /** Bytes after which the groups so far are run, if the rows are sorted by key. */
  readonly cut?: number;
}

export interface CallEvents {
  readonly signal: AbortSignal;
  onAnswer(answer: Answer, task: number): void;
  /** Resolves when more answers are wanted. */
  untilTaken?(): Promise<void>;
  onProgress?(progress: RunProgress): void;
  /** Gets the rows with the results, if these stay on the cluster. */
  readonly kept?: KeptResults<Relation>;
}

/** Functions of more bytes, with all that they need, are sent as files: once a session, not once a call. */
const MAX_INLINE = 512 * 1024;
/** The Python of most clusters; a worker of another version says which it is. */
const GUESSED_PYTHON = '3.12';
const pythons = new WeakMap<Session, string>();

/** Returns the version of Python that the workers of a session have, as far as it is known. */
export const pythonOf = (session: Session): string => pythons.get(session) ?? GUESSED_PYTHON;

/** Runs a call on all tasks, and passes on what the runners answer, task by task. */
export async function runCall(
  cluster: Cluster,
  call: RunnerCall,
  tasks: Tasks,
  events: CallEvents,
): Promise<void> {
  const { session } = cluster;
  const { signal } = events;
  const [files, executors, { fn, artifacts: modules }, mostBytes] = await Promise.all([
    runnerFiles(),
    executorFiles(cluster),
    bundleModules(call.fn, cluster),
    call.keepsResults ? undefined : mostResultBytes(session),
  ]);
  const packed = encodeWhole(fn);
  const file = packed.byteLength > MAX_INLINE ? `apply_parallel_${hashOf(packed)}.bin` : null;
  const own = file === null ? [] : [{ name: `files/${file}`, bytes: packed }];
  const bytes = encodeWhole({
    ...call,
    mostBytes,
    fn: file === null ? fn : undefined,
  } satisfies WireCall);
  await session.addArtifacts([...files.artifacts, ...executors.artifacts, ...modules, ...own], { signal });
  const { node } = executors;
  const planOf = (python: string) =>
    planOfCall(files, { node, bytes, file, cut: tasks.cut ?? null }, tasks, python);
  for (let attempt = 1; ; attempt++) {
    try {
      await execute(session, planOf(pythonOf(session)), events);
      return;
    } catch (error) {
      const python = workerPython(error);
      // Workers refuse another version before anything runs.
      if (python === undefined || attempt > 1) throw clusterErrorOf(error, cluster);
      pythons.set(session, python);
    }
  }
}

async function execute(
  session: Session,
  plan: Relation,
  { signal, onAnswer, untilTaken, onProgress, kept }: CallEvents,
): Promise<void> {
  if (kept) await keep(session, plan, kept, signal);
  const reader = new RowReader((bytes, task) => onAnswer(readAnswer(bytes), task));
  for await (const batch of session.execute(kept ? filter(plan, IS_ANSWER) : plan, { signal, onProgress })) {
    const bodies = tableFromIPC(batch).getChild('body');
    for (const body of bodies ?? []) reader.add(body as Uint8Array);
    await untilTaken?.();
  }
}

/** Reads an answer. Programs keep errors longer than answers, so these have memory of their own. */
function readAnswer(bytes: Uint8Array): Answer {
  const answer = decode(bytes) as Answer;
  const hasError = 'failure' in answer || 'error' in answer;
  return hasError ? (decode(bytes, { copies: true }) as Answer) : answer;
}

/** The glue numbers rows with results that stay downwards from -1. */
const IS_ANSWER = 'seq >= 0';

/** Has the executors keep what a plan gives, so that its results can be written when all groups have run. */
async function keep(session: Session, plan: Relation, kept: KeptResults<Relation>, signal: AbortSignal) {
  if (kept.relation) await session.unpersist(kept.relation);
  kept.relation = plan;
  await session.persist(plan, { signal });
}

interface PlanCall {
  readonly node: string;
  readonly bytes: Uint8Array;
  readonly file: string | null;
  readonly cut: number | null;
}

function planOfCall(
  { glue, runner }: RunnerFiles,
  { node, bytes, file, cut }: PlanCall,
  { relation, columns }: Tasks,
  pythonVer: string,
): Relation {
  const spec = { runner, node, file, cut, returns: ROW_TYPE_JSON };
  const command = pickledCall(glue, JSON.stringify(spec), bytes);
  return mapInArrow(relation, columns, { name: 'applyParallel', outputType: ROW_TYPE, command, pythonVer });
}
