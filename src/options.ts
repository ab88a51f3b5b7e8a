import type { Schema } from 'apache-arrow';
import { effectiveNJobs } from './cpu-count.js';
import { ApplyError, type GroupError, type GroupKey } from './errors.js';
import {
  describeSchema,
  type FrameKind,
  type FrameLike,
  frameKinds,
  preview,
  reviveSchema,
} from './frame/index.js';
import { nearest } from './nearest.js';
import type { MemoryReport } from './reduce-memory.js';
import { orInterrupt } from './tslab.js';

/** Options of {@link groupby}. */
export interface GroupbyOptions {
  /**
   * Order the groups by ascending key: numbers numerically, strings by code point, dates by time. `false` keeps the order of
   * first appearance. Rows inside a group always keep their order.
   * @default true
   */
  sort?: boolean;
  /**
   * Drop rows whose key is null or NaN. `false` makes them one group, the last one.
   * @default true
   */
  dropna?: boolean;
  /**
   * For dictionary (categorical) keys: only the values that occur become groups. `false` makes an empty group of each unused one.
   * @default true
   */
  observed?: boolean;
}

/** How far a call has come. Counts are of this call alone. */
export interface Progress {
  /** Groups finished, failed ones included. */
  readonly groups: number;
  readonly groupsTotal: number;
  /** Input rows of the finished groups. */
  readonly rows: number;
  readonly rowsTotal: number;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** True once, in the last report. */
  readonly done: boolean;
}

/** What a call did. */
export interface Report {
  readonly groups: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** Threads that ran the function; 1 is this one. */
  readonly workers: number;
  /** Milliseconds of each stage: finding and moving the groups, running the function, joining the results. */
  readonly stages: { readonly split: number; readonly apply: number; readonly combine: number };
  /** The errors that `onError` let pass. */
  readonly failed: readonly GroupError[];
}

/** What a function learns about its group beside the rows. */
export interface GroupContext {
  /** The group's key: a scalar for one key column, an array for several. */
  readonly key: GroupKey;
  /** Position of the group in group order, from 0. */
  readonly index: number;
  /** Aborted when the call is over before the function is: by the caller's signal or another group's error. */
  readonly signal: AbortSignal;
}

/** Options of {@link applyParallel}; every one may be left out. */
export interface ApplyOptions<I extends FrameKind | 'same' = 'same', O extends FrameKind | 'same' = 'same'> {
  /**
   * How many workers, in joblib's sense: `-1` one per core, `-2` all cores but one, `1` no workers at all: everything runs in this
   * thread. `0` is an error.
   * @default -1
   */
  nJobs?: number;
  /**
   * `'threads'`: worker threads over shared memory. `'inline'`: this thread, for debugging or tiny inputs.
   * @default 'threads'
   */
  backend?: 'threads' | 'inline';
  /**
   * How many groups a worker claims at a time. `'auto'` measures, and claims about ten milliseconds of work at a time.
   * @default 'auto'
   */
  batchSize?: number | 'auto';
  /** Ends the call: it rejects with `ERR_ABORTED`, and no group is started any more. */
  signal?: AbortSignal;
  /**
   * What a failing group does to the call. `'throw'`: the call rejects and the other groups stop. `'skip'`: the group counts as
   * empty. A function: it gets the error and returns what stands for the group's result, `null` for nothing.
   * @default 'throw'
   */
  onError?: 'throw' | 'skip' | ((error: GroupError) => FrameLike);
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal). A function is called at most ten times
   * a second, and once at the end.
   * @default false
   */
  progress?: boolean | ((progress: Progress) => void);
  /** Called once, when the call has succeeded, with what it did and how long that took. */
  report?: (report: Report) => void;
  /** The schema every result must have: checked per group, and used when every result is empty. */
  schema?: Schema;
  /**
   * The form in which the function receives its group. `'columns'` is the lightest: a plain object of name -> column.
   * @default 'same' the kind of frame that was grouped
   */
  input?: I;
  /**
   * The form in which the call returns its frame.
   * @default 'same' the kind of frame that was grouped
   */
  output?: O;
}

/** {@link ApplyOptions} with every default filled in. */
export interface ResolvedOptions {
  readonly workers: number;
  readonly batchSize: number | undefined;
  readonly signal: AbortSignal;
  readonly onError: 'throw' | 'skip' | ((error: GroupError) => FrameLike);
  readonly progress: boolean | ((progress: Progress) => void);
  readonly report: ((report: Report) => void) | undefined;
  readonly schema: Schema | undefined;
  readonly input: FrameKind | 'same';
  readonly output: FrameKind | 'same';
}

/** Asked for anew each time: users may have registered more. */
const frameForms = () => ['same', ...frameKinds()];
const isFrameForm = (value: unknown) => frameForms().includes(value as string);

const applyRules: Rules<ApplyOptions<FrameKind | 'same', FrameKind | 'same'>> = {
  nJobs: [() => true, 'a whole number other than 0'],
  backend: [oneOf('threads', 'inline'), "'threads' or 'inline'"],
  batchSize: [(v) => v === 'auto' || isPositive(v), "'auto' or a positive whole number"],
  signal: [(v) => v instanceof AbortSignal, 'an AbortSignal'],
  onError: [(v) => v === 'throw' || v === 'skip' || typeof v === 'function', "'throw', 'skip' or a function"],
  progress: [(v) => typeof v === 'boolean' || typeof v === 'function', 'true, false or a function'],
  report: [(v) => typeof v === 'function', 'a function'],
  schema: [isSchema, 'an Arrow Schema'],
  input: [isFrameForm, () => `one of ${frameForms().join(', ')}`],
  output: [isFrameForm, () => `one of ${frameForms().join(', ')}`],
};

/** Checks the options of {@link applyParallel} and fills in what is missing. */
export function resolveApplyOptions(
  options: ApplyOptions<FrameKind | 'same', FrameKind | 'same'>,
): ResolvedOptions {
  checkOptions('applyParallel', options, applyRules);
  const { batchSize = 'auto', backend = 'threads' } = options;
  const jobs = effectiveNJobs(options.nJobs);
  return {
    workers: backend === 'inline' ? 1 : jobs,
    batchSize: batchSize === 'auto' ? undefined : batchSize,
    signal: orInterrupt(options.signal ?? new AbortController().signal),
    onError: options.onError ?? 'throw',
    progress: options.progress ?? false,
    report: options.report,
    schema: options.schema && reviveSchema(describeSchema(options.schema)),
    input: options.input ?? 'same',
    output: options.output ?? 'same',
  };
}

const isFlag = (value: unknown) => typeof value === 'boolean';

const groupbyRules: Rules<GroupbyOptions> = {
  sort: [isFlag, 'true or false'],
  dropna: [isFlag, 'true or false'],
  observed: [isFlag, 'true or false'],
};

/** Checks the options of {@link groupby} and fills in what is missing. */
export function resolveGroupbyOptions(options: GroupbyOptions): Required<GroupbyOptions> {
  checkOptions('groupby', options, groupbyRules);
  return { sort: options.sort ?? true, dropna: options.dropna ?? true, observed: options.observed ?? true };
}

/** Options of {@link reduceMemory}. */
export interface ReduceMemoryOptions {
  /** Called once, with the bytes before and after, and the columns that changed. */
  report?: (report: MemoryReport) => void;
  /**
   * `true` prints the bytes before and after on stderr.
   * @default false
   */
  verbose?: boolean;
  /**
   * Strings become a dictionary where no more than this share of the rows hold different ones, and that takes fewer bytes. `0`: never.
   * @default 0.5
   */
  maxDistinct?: number;
}

const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

const reduceRules: Rules<ReduceMemoryOptions> = {
  report: [(v) => typeof v === 'function', 'a function'],
  verbose: [isFlag, 'true or false'],
  maxDistinct: [isShare, 'a number from 0 to 1'],
};

/** Checks the options of {@link reduceMemory} and fills in what is missing. */
export function resolveReduceOptions(
  options: ReduceMemoryOptions,
): Required<Omit<ReduceMemoryOptions, 'report'>> & Pick<ReduceMemoryOptions, 'report'> {
  checkOptions('reduceMemory', options, reduceRules);
  return {
    report: options.report,
    verbose: options.verbose ?? false,
    maxDistinct: options.maxDistinct ?? 0.5,
  };
}

/** For each option: what it must be, as a test and in words. */
export type Rules<T> = {
  readonly [Name in keyof Required<T>]: readonly [
    test: (value: unknown) => boolean,
    rule: string | (() => string),
  ];
};

export function checkOptions<T extends object>(verb: string, options: T, rules: Rules<T>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ApplyError('ERR_INVALID_OPTION', `${verb}: options must be an object, got ${preview(options)}`);
  }
  const names = Object.keys(rules);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      const meant = nearest(name, names);
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb} has no option '${name}'${meant ? `; did you mean '${meant}'?` : `; it has ${names.join(', ')}`}`,
      );
    }
    const [test, rule] = rules[name as keyof T];
    if (value !== undefined && !test(value)) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb}: ${name} must be ${typeof rule === 'string' ? rule : rule()}, got ${preview(value)}`,
      );
    }
  }
}

function oneOf(...values: readonly string[]): (value: unknown) => boolean {
  return (value) => values.includes(value as string);
}

export function isPositive(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}

function isSchema(value: unknown): boolean {
  return Array.isArray((value as Schema | null)?.fields);
}
