import type { Schema } from 'apache-arrow';
import type { Relation, RunProgress } from '../../cluster/inside.js';
import { ApplyError } from '../../errors.js';
import { initializerErrorOf, mapTraces } from '../../failures/index.js';
import { type ProgressReporter, reporterOf } from '../../progress/index.js';
import { TraceMapper } from '../../ship/index.js';
import { throwIfAborted } from '../../util/index.js';
import type { Begun } from '../begin-call.js';
import { coresOf, runCall, runnerCall } from '../cluster/index.js';
import { groupErrorOf } from '../group-error.js';
import type { KeptResults } from '../kept-results.js';
import { unknownColumn } from '../keys/index.js';
import { resolveOrderBy } from '../order-by.js';
import type { Progress } from '../progress.js';
import type { RemoteParts } from '../remote-groupby.js';
import { type CollectedPart, keyOf, PartCollector } from './collect-parts.js';
import { columnsUsed } from './columns-used.js';
import { estimatedBytes, neededRows, tasksOf } from './partitions.js';

/** A call on the groups of a remote frame. */
export interface RemoteCall {
  readonly begun: Begun;
  readonly remote: RemoteParts;
  /** The schema of the remote frame. */
  readonly schema: Schema;
}

/** Asks for the columns of a remote frame, and checks the names that a call has of them. */
export async function openRemote(begun: Begun, remote: RemoteParts): Promise<RemoteCall> {
  const { signal } = begun.options;
  throwIfAborted(signal);
  const schema = await remote.frame.schema({ signal });
  const names = schema.fields.map(({ name }) => name);
  for (const name of remote.by) if (!names.includes(name)) throw unknownColumn(name, names);
  return { begun, remote, schema };
}

export interface PartEvents {
  onPart(part: CollectedPart): void;
  /** Resolves when more parts are wanted. */
  untilTaken?(): Promise<void>;
}

/**
 * Runs the function on all groups on the cluster, and hands over those of each task when they have come. A
 * failure that ends the call is thrown as soon as it is known.
 *
 * @param signal the call's, or one that ends sooner
 */
export async function collectGroups(
  { begun, remote, schema }: RemoteCall,
  signal: AbortSignal,
  { onPart, untilTaken }: PartEvents,
): Promise<void> {
  const { options, shipped, verb, fn } = begun;
  const { frame, by, isScalar, dropna } = remote;
  const { cluster } = frame;
  const orderBy = resolveOrderBy(options.orderBy, schema);
  const form = options.input === 'same' ? 'arrow' : options.input;
  const rows = neededRows(remote, schema, orderBy, columnsUsed(fn, form));
  const [bytes, cores] = await Promise.all([
    estimatedBytes(cluster.session, rows.relation, signal),
    coresOf(cluster.session),
  ]);
  const tasks = tasksOf(remote, rows, schema, { bytes, cores }, { nJobs: options.tasks, orderBy });
  const call = runnerCall(begun, form, { by, isScalar, dropna });
  const progress = new RemoteProgress(verb.name, options.progress);
  const collector = new PartCollector({
    onFailure(failure, part) {
      if (options.onError !== 'throw') return;
      const source = {
        key: (group: number) => keyOf(part, group, isScalar),
        schema,
        // Nobody knows the position of the group in the whole call.
        firstIndex: -1 - failure.index,
      };
      throw groupErrorOf(failure, { ...begun, source });
    },
    onPart(part) {
      progress.count(part);
      onPart(part);
    },
  });
  let isComplete = false;
  try {
    await runCall(cluster, call, tasks, {
      signal,
      onAnswer: (answer, task) => collector.add(answer, task),
      untilTaken,
      kept: begun.kept as KeptResults<Relation> | undefined,
      onProgress: progress.isWanted ? (report) => progress.tasks(report) : undefined,
    });
    throwIfAborted(options.signal);
    isComplete = true;
  } catch (error) {
    if (shipped && !(error instanceof ApplyError)) mapTraces(error, TraceMapper.of(shipped));
    throw initializerErrorOf(error);
  } finally {
    progress.end(isComplete);
  }
}

/** Reports the tasks of a call, and the groups that have come. */
class RemoteProgress {
  readonly #reporter: ProgressReporter | undefined;
  readonly #verb: string;
  #groups = 0;
  #rows = 0;
  #tasks = { done: 0, total: Number.POSITIVE_INFINITY };

  constructor(verb: string, progress: boolean | ((progress: Progress) => void)) {
    this.#verb = verb;
    const work = { verb, unit: 'tasks', total: Number.POSITIVE_INFINITY };
    this.#reporter = reporterOf(progress, work, ({ elapsedMs, isComplete }) => ({
      groups: this.#groups,
      groupsTotal: isComplete ? this.#groups : Number.POSITIVE_INFINITY,
      rows: this.#rows,
      rowsTotal: isComplete ? this.#rows : Number.POSITIVE_INFINITY,
      tasks: this.#tasks.done,
      tasksTotal: this.#tasks.total,
      elapsedMs,
      done: isComplete,
    }));
  }

  get isWanted(): boolean {
    return this.#reporter !== undefined;
  }

  tasks({ tasks: { done, total } }: RunProgress): void {
    if (total !== this.#tasks.total) this.#reporter?.begin({ verb: this.#verb, unit: 'tasks', total });
    this.#tasks = { done, total };
    this.#reporter?.update(done);
  }

  count({ sizes }: CollectedPart): void {
    this.#groups += sizes.length;
    for (const size of sizes) this.#rows += size;
    this.#reporter?.update(this.#tasks.done);
  }

  end(isComplete: boolean): void {
    this.#tasks = { ...this.#tasks, done: isComplete ? this.#tasks.total : this.#tasks.done };
    this.#reporter?.end(isComplete);
  }
}
