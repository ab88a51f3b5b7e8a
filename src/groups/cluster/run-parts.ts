import { Binary, Field, Int32, Schema } from 'apache-arrow';
import { dataOf, tableOf } from '../../arrow/index.js';
import type { Cluster } from '../../cluster/index.js';
import type { Relation } from '../../cluster/inside.js';
import type { WireResults } from '../../combine/index.js';
import { ApplyError } from '../../errors.js';
import { clock, type Failure, type Job, type JobEvents } from '../../run/index.js';
import { encodeWhole } from '../../wire/index.js';
import { formsOf, type GroupCall } from '../group-call.js';
import type { KeptResults } from '../kept-results.js';
import type { PreparedGroups } from '../prepare-groups.js';
import { coresOf } from './cores.js';
import { makePart, partBounds } from './make-parts.js';
import { type PartEvents, tellAnswer } from './part-events.js';
import type { PartTimings } from './protocol.js';
import { runCall } from './run-call.js';
import { runnerCall } from './runner-call.js';

/** Parts for each core, so that a long one does not keep the others waiting. */
const PARTS_PER_CORE = 3;

/** Runs the groups of a frame that is here on a cluster: sends their rows, split, and takes the results. */
export async function runParts(
  call: GroupCall,
  { shards, keys }: PreparedGroups,
  job: Omit<Job, 'kernel'>,
  events: JobEvents,
): Promise<void> {
  const { source, options } = call;
  const { signal } = options;
  const cluster = options.cluster as Cluster;
  if (source.count === 0) return;
  const { form, others = [] } = formsOf(call, shards);
  const { firstIndex = 0 } = source;
  const forms = others.map((other) => other.form);
  const keyColumns = call.kept && options.groupKeys ? source.keyColumns() : undefined;
  const groups = { shards, keys, firstIndex, form, forms, keyColumns };
  const count = options.tasks ?? (await coresOf(cluster.session)) * PARTS_PER_CORE;
  const bounds = partBounds(shards.sizes, count);
  const bodies = bounds.slice(1).map((end, k) => encodeWhole(makePart(groups, bounds[k], end)));
  const relation = await cluster.session.uploadTable(tableOfBodies(bodies), { signal });
  const over = new AbortController();
  const answers = new PartAnswers(job, events, () => over.abort());
  try {
    await runCall(
      cluster,
      runnerCall(call, form),
      { relation, columns: ['id', 'body'], cut: 1 },
      {
        signal: AbortSignal.any([signal, over.signal]),
        onAnswer: (answer) => tellAnswer(answer, answers),
        kept: call.kept as KeptResults<Relation> | undefined,
      },
    );
  } catch (error) {
    // The call has its own error, or the caller's signal says why it ended.
    if (!over.signal.aborted && !signal.aborted) throw error;
    return;
  }
  answers.requireAll(source.count);
}

/** Returns a table with a row for each part. */
function tableOfBodies(bodies: readonly Uint8Array[]) {
  const offsets = new Int32Array(bodies.length + 1);
  bodies.forEach(({ byteLength }, k) => {
    offsets[k + 1] = offsets[k] + byteLength;
  });
  const values = new Uint8Array(offsets[bodies.length]);
  for (const [k, body] of bodies.entries()) values.set(body, offsets[k]);
  const ids = Int32Array.from(bodies, (_, k) => k);
  const schema = new Schema([new Field('id', new Int32(), true), new Field('body', new Binary(), true)]);
  const columns = [
    dataOf(new Int32(), bodies.length, 0, { values: ids }),
    dataOf(new Binary(), bodies.length, 0, { offsets, values }),
  ];
  return tableOf(schema, [{ schema, columns, numRows: bodies.length }]);
}

/** Passes the answers of parts on as the events of a job. */
class PartAnswers implements PartEvents {
  readonly #job: Omit<Job, 'kernel'>;
  readonly #events: JobEvents;
  readonly #end: () => void;
  #first = 0;
  #sizes: Int32Array = new Int32Array(0);
  #done = { count: 0, weight: 0 };

  constructor(job: Omit<Job, 'kernel'>, events: JobEvents, end: () => void) {
    this.#job = job;
    this.#events = events;
    this.#end = end;
  }

  onGroups({ at = 0, sizes }: { readonly at?: number; readonly sizes: Int32Array }): void {
    this.#first = at;
    this.#sizes = sizes;
  }

  onResults(results: WireResults, given: readonly number[]): void {
    const indices = given.map((index) => index + this.#first);
    this.#events.onResults({ results: moved(results, this.#first), indices, taken() {} });
  }

  onFailure(failure: Failure): void {
    if (!this.#events.onFailure(this.#moved(failure))) this.#end();
  }

  onRetry(failure: Failure): void {
    this.#events.onRetry?.(this.#moved(failure));
  }

  onEnd(timings: PartTimings | undefined): void {
    this.#noteTimes(timings);
    this.#done = {
      count: this.#done.count + this.#sizes.length,
      weight: this.#done.weight + this.#sizes.reduce((sum, size) => sum + size, 0),
    };
    this.#events.onProgress?.(this.#done);
  }

  requireAll(count: number): void {
    if (this.#done.count === count) return;
    throw new ApplyError(
      'ERR_CLUSTER',
      `the cluster has answered for ${this.#done.count} of ${count} groups, and says that it is done; run the call again`,
    );
  }

  #moved(failure: Failure): Failure {
    return { ...failure, index: failure.index + this.#first };
  }

  #noteTimes(timings: PartTimings | undefined): void {
    const noted = this.#job.timings;
    if (timings === undefined || noted === undefined) return;
    const ahead = clock() - Date.now();
    noted.began.set(
      timings.began.map((at) => (at === 0 ? 0 : at + ahead)),
      this.#first,
    );
    noted.took.set(timings.took, this.#first);
  }
}

/** Returns results with the positions that their groups have in the job. */
const moved = ({ segments, empty, undefineds }: WireResults, first: number): WireResults => ({
  undefineds,
  segments: segments.map((segment) => ({ ...segment, first: segment.first + first })),
  empty: empty && { ...empty, group: empty.group + first },
});
