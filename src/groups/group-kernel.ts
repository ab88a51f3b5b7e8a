import '../load-arrow/index.js';

import type { Schema } from 'apache-arrow';
import {
  type Batch,
  keepCompiled,
  type PackedBatch,
  reportSpentArrays,
  reportToGc,
  reviveSchema,
  unpackBatch,
  type WireSchema,
} from '../arrow/index.js';
import type { GroupCacheTask, GroupTracker } from '../cache/index.js';
import { valueCodecs } from '../codecs/index.js';
import {
  checkDictionaryIndices,
  describeResults,
  type InputFields,
  newBytes,
  ResultPacker,
  type RowMemory,
  RowWriter,
  type WireResults,
} from '../combine/index.js';
import { ApplyError, type GroupKey } from '../errors.js';
import { callUserFunction, ResultError } from '../failures/index.js';
import {
  type FrameResult,
  forgetFrameClass,
  type GroupView,
  loadAdapter,
  patchDanfo,
  readResult,
  registerShipped,
  replaceNativeTensorflow,
  type WireAdapter,
} from '../frame/index.js';
import type { Kernel, KernelName, KernelSource } from '../run/index.js';
import { receiveWithCompanion, type ShippedFunction } from '../ship/worker.js';
import { isThenable } from '../util/index.js';
import { checkRows, type ExpectedResult, readBoolean } from './expected-result.js';
import { type ContextUse, contextOf } from './group-context.js';
import type { Shards } from './group-source.js';
import {
  type GroupViews,
  groupViews,
  type OtherRows,
  reviveOthers,
  type WireOtherRows,
} from './group-views.js';
import { type InitializedCall, receiveInitialized } from './initializer.js';
import { matchSchema } from './match-schema.js';
import type { GroupContext } from './options.js';
import type { Expected } from './verb.js';
import { WriteWatch } from './write-watch.js';

/*
 * Runs the function on one group, in a worker or in this thread: makes the group's frame, calls the function,
 * packs what it returns.
 */

/** A function for one group, or for the frames of a cogroup; the context comes last. */
export type AnyGroupFunction = (...args: [...frames: unknown[], context: GroupContext]) => unknown;

/** The part of a call that is the same for all groups, in values that can be posted. */
export interface CommonTask {
  readonly fn: ShippedFunction;
  /** Missing without an initializer. */
  readonly initialized?: InitializedCall;
  readonly sizes: Int32Array;
  readonly keys: readonly GroupKey[];
  /** The position of the first group in the whole call. */
  readonly firstIndex: number;
  readonly form: string;
  readonly seed: string;
  readonly expects: Expected;
  /** Adapters that the user registered and workers can load: the function may return such frames. */
  readonly adapters: readonly WireAdapter[];
  readonly schema?: WireSchema;
  /** See {@link patchDanfo}. */
  readonly danfo?: string;
}

/** A call in values that can be posted. */
export interface GroupTask extends CommonTask {
  readonly batches: readonly PackedBatch[];
  readonly batchOf?: Int32Array;
  readonly from: Int32Array;
  readonly written?: Int32Array;
  readonly rowMemory?: RowMemory;
  readonly others?: readonly WireOtherRows[];
  readonly cache?: GroupCacheTask;
}

/** @param isAlone what `runsAlone` tells */
export const groupKernel = (isAlone: boolean): KernelName => ({ name: 'createGroupKernel', isAlone });

export const groupKernelSource = (data: GroupTask, isAlone: boolean): KernelSource => ({
  ...groupKernel(isAlone),
  data,
});

/** Makes the kernel of a call, in a worker. */
export async function createGroupKernel(task: GroupTask, worker: number): Promise<Kernel> {
  const received = await receiveCommon(task, task, worker);
  const batches = task.batches.map(unpackBatch);
  const others = reviveOthers(task.others);
  const all = [...task.batches, ...(task.others ?? []).map(({ batch }) => batch)];
  for (const { memory } of all) for (const { byteLength } of memory) reportToGc(byteLength);
  const work = { ...task, ...received, batches, others };
  const kernel = new GroupKernel(await withTracker(work, task.cache));
  return {
    // Bound, no closures: V8 drops the compiled code of closures between calls.
    expect: kernel.expect.bind(kernel),
    run: kernel.run.bind(kernel),
    take: (): WireResults => describeResults(kernel.take(), inputFieldsOf(work)),
  };
}

/** Receives the function of a call, and loads what its groups need. */
export async function receiveCommon(
  task: CommonTask,
  forms: Forms,
  worker: number,
): Promise<{ fn: AnyGroupFunction; frameClass: unknown; schema: Schema | undefined }> {
  replaceNativeTensorflow();
  for (const adapter of task.adapters) await registerShipped(adapter);
  forgetFrameClass();
  const receive = () => receiveWithCompanion(task.fn, valueCodecs);
  const received = await (task.initialized
    ? receiveInitialized(task.initialized, worker, receive)
    : receive());
  const fn = received.fn as AnyGroupFunction;
  await prepareForms(forms);
  await patchDanfo(task.danfo);
  const frameClass = received.companion ?? forgetFrameClass();
  return { fn, frameClass, schema: task.schema && reviveSchema(task.schema) };
}

/** Returns what tells the fields of the table that a group is of; undefined for groups of several tables. */
export function inputFieldsOf({ batches, batchOf, others }: InputTables): InputFields | undefined {
  if (others) return undefined;
  return (group) => batches[batchOf ? batchOf[group] : 0].schema.fields;
}

interface InputTables {
  readonly batches: readonly Batch[];
  readonly batchOf?: Int32Array;
  readonly others?: unknown;
}

/** Adds a tracker if there is a cache. The import is lazy so that workers start sooner without one. */
export async function withTracker(work: GroupWork, cache: GroupCacheTask | undefined): Promise<GroupWork> {
  if (!cache) return work;
  const { GroupTracker } = await import('../cache/index.js');
  return { ...work, tracker: new GroupTracker(cache, work) };
}

/** The forms in which a function gets its frames. */
interface Forms {
  readonly form: string;
  readonly others?: readonly { readonly form: string }[];
}

/** Loads the frame libraries that groups need. */
export async function prepareForms({ form, others = [] }: Forms): Promise<void> {
  const forms = new Set([form, ...others.map((other) => other.form)]);
  for (const kind of forms) await loadAdapter({ kind });
}

/** The input of a kernel, as objects of its thread. */
export interface GroupWork extends Omit<Shards, 'others'> {
  readonly fn: AnyGroupFunction;
  readonly keys: readonly GroupKey[];
  /** The position of the first group in the whole call. */
  readonly firstIndex: number;
  readonly form: string;
  readonly others?: readonly OtherRows[];
  readonly seed: string;
  readonly expects: Expected;
  readonly schema?: Schema;
  /** The DataFrame class of the groups, if it is not the one seen last. */
  readonly frameClass?: unknown;
  /** Notes which groups were run; missing without a cache. */
  readonly tracker?: Pick<GroupTracker, 'recordRun'>;
}

/** Makes the views of a kernel's groups. Several kernels in one thread may share them. */
export const viewsOf = (work: GroupWork): GroupViews =>
  groupViews(work, work.form, work.frameClass, work.others);

export class GroupKernel {
  #work: GroupWork;
  #viewOf: GroupViews;
  readonly #packer: ResultPacker;
  readonly #tracker: GroupWork['tracker'];
  readonly #watch: WriteWatch | undefined;
  #lastBatch = 0;
  /** How many rows the groups of the claim have that have no result yet. */
  #rowsAhead = 0;

  constructor(work: GroupWork, views = viewsOf(work)) {
    this.#work = work;
    const { rowMemory } = work;
    this.#packer = new ResultPacker({ writer: rowMemory && new RowWriter(rowMemory) });
    this.#tracker = work.tracker;
    this.#watch = work.written && new WriteWatch(work.batches[0].columns, work.written);
    this.#viewOf = views;
  }

  /** Goes on with other groups of the same call, whose rows lie elsewhere. */
  goOn(work: GroupWork): void {
    this.#work = work;
    this.#viewOf = viewsOf(work);
    this.#packer.beginTable();
    this.#lastBatch = 0;
  }

  run(index: number, signal: AbortSignal): void | Promise<void> {
    const { fn, sizes, keys, firstIndex, batchOf, seed, schema, expects } = this.#work;
    const batch = batchOf ? batchOf[index] : 0;
    const given = this.#viewOf(index);
    const use: ContextUse | undefined = this.#tracker && { usedIndex: false, usedRandom: false };
    const context = contextOf(keys[index], index + firstIndex, signal, seed, use);
    // Results refer to rows by position, so results of different tables must not be joined.
    if (batch !== this.#lastBatch) this.#packer.beginTable();
    this.#lastBatch = batch;
    const frames = given.frames ?? [given.frame];
    this.#watch?.before(this.#work.from[index], sizes[index]);
    const value = callUserFunction(fn, [...frames, context]);
    const expected = { expects, rows: sizes[index] };
    const wanted = expects === 'as many rows' ? expected.rows : undefined;
    // With a declared schema, every result is read and checked.
    if (schema === undefined && this.#packer.addSameShape(index, value, given, wanted)) {
      this.#watch?.after();
      if (use) this.#tracker?.recordRun(index, use);
      return;
    }
    const keep = (settled: unknown) => {
      // Drops the result of an ended group: the kernel may be at another group by now.
      if (signal.aborted) return;
      if (settled === undefined) this.#packer.addUndefined();
      this.#watch?.after();
      const result = this.#read(settled, given, expected);
      this.#watch?.keepOnly(result);
      const rows = sizes[index];
      const resultRows = result && rows > 0 ? (result.numRows / rows) * this.#rowsAhead : 0;
      this.#rowsAhead -= rows;
      this.#packer.add(index, result, schema ? undefined : settled, given, resultRows);
      if (use) this.#tracker?.recordRun(index, use);
    };
    if (isThenable(value)) return Promise.resolve(value).then(keep);
    keep(value);
  }

  #read(value: unknown, given: GroupView, expected: ExpectedResult): FrameResult | null {
    try {
      if (expected.expects === 'a boolean') return readBoolean(value, expected);
      const { schema } = this.#work;
      const result = readResult(value, given, schema);
      checkRows(result, expected);
      if (result === null) return null;
      checkDictionaryIndices(result);
      return schema ? matchSchema(result, schema, given) : result;
    } catch (error) {
      throw error instanceof ApplyError ? new ResultError(error.code, error.message) : error;
    }
  }

  /** Tells how many rows the groups of a claim have, before they run. */
  expect(rows: number): void {
    this.#rowsAhead = rows;
  }

  /** Returns the results since the last call. */
  take() {
    const results = this.#packer.take();
    reportSpentArrays(newBytes(results));
    return results;
  }
}

keepCompiled(
  new GroupKernel({} as GroupWork, () => {
    throw new Error('a kernel without groups');
  }),
);
