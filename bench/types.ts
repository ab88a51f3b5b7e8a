import type { Table } from 'apache-arrow';
import type { DataFrame as DanfoFrame } from 'danfojs-node';
import type { DataFrame as PolarsFrame } from 'nodejs-polars';
import type { Checksum } from './checksum.js';

type Polars = typeof import('nodejs-polars').default;

/** The numeric columns of a group as the functions of the cases see them. */
// biome-ignore lint/suspicious/noExplicitAny: each case knows the types of its own columns
export type Group = any;

/** Why a peer has no number in a case. Always printed. */
export interface NotRun {
  notRun: string;
}
export const notRun = (reason: string): NotRun => ({ notRun: reason });

/**
 * The forms in which this package hands a group to the function; the first one of a case is the one ratios
 * are quoted to.
 */
export type Form = 'columns' | 'arrow' | 'danfo';

/**
 * The case's table, or `share` of it: fewer groups of the same size, where groups are what the case is about.
 */
export type MakeTable = (share: number) => Table | Promise<Table>;

/** A whole split-apply-combine: one table, and the same function in each peer's own words. */
export interface ApplyCase {
  kind: 'apply';
  name: string;
  title: string;
  keys: string[];
  data: MakeTable;
  /** Calls in one measurement, for cases too short to be timed alone. */
  repeat?: number;
  /** Ordinary closures for applyParallel, by what they receive. */
  ours: Partial<Record<Form, (group: Group) => unknown>>;
  /** The function of python_peer.py, for joblib and for pandas' groupby().apply(). */
  python: string;
  /** The function of naive-worker.js. */
  naive: string | NotRun;
  /**
   * May hand on its part as an Arrow table: a column of nodejs-polars costs a millisecond to touch, which
   * many groups feel.
   */
  polars: ((part: PolarsFrame, pl: Polars) => PolarsFrame | Table) | NotRun;
  danfo: ((group: DanfoFrame & Group) => DanfoFrame) | NotRun;
  goals?: Goal[];
}

export type MakePrepared = (table: Table, keys: string[]) => Promise<Prepared>;

export interface PythonStage {
  label: string;
  function: string;
}

/** One stage of the way, timed alone against other ways to do it. The first entry is ours. */
export interface StageCase {
  kind: 'stage';
  name: string;
  title: string;
  keys: string[];
  data: MakeTable;
  repeat?: number;
  stages: Record<string, MakePrepared>;
  /** The stages are parts of one whole and not ways to do the same, so they have no ratios. */
  areParts?: boolean;
  /** The same in Python: functions of python_peer.py. */
  python?: PythonStage | readonly PythonStage[];
  goals?: Goal[];
}

/** A whole program, from files to a file: jobs/PROGRAM.ts against jobs/PROGRAM.py. */
export interface JobCase {
  kind: 'job';
  name: string;
  title: string;
  program: string;
  /** What the Python program uses; pandas and joblib if nothing is said. */
  python?: string;
  /** Makes the files that the programs read, in this folder; returns their paths and the number of rows. */
  data(share: number, folder: string): Promise<{ rows: number; files: string[] }>;
  goals?: Goal[];
}

export type BenchCase = ApplyCase | StageCase | JobCase;

/**
 * "`peer` takes at least `times` as long as this package with all workers" (in `form`, where there are
 * several).
 */
export interface Goal {
  peer: string;
  form?: Form;
  times: number;
}

/** A peer made ready for a case. Only `run` is timed. */
export interface Prepared {
  run(): unknown;
  /** Milliseconds of the last run that are meant, where they are a part of it. */
  took?(): number;
  /** What has to be done before each run, untimed. */
  before?(): unknown;
  /** The result's columns, to check that all peers computed the same. */
  columns(result: unknown): Record<string, Iterable<unknown>>;
}

/** A peer on the Node side: readies itself for a case whose table has just been read from a file. */
export type Peer = (benchCase: ApplyCase, table: Table, settings: Settings) => Promise<Prepared>;

export interface Settings {
  form?: Form;
  nJobs?: number;
  /** In a process that has loaded apache-arrow as anyone would, which makes danfojs slow: docs/danfojs.md. */
  besideArrow?: boolean;
}

/** One line of a case's table, before it has run. */
export interface Entrant {
  label: string;
  peer: 'ours' | 'joblib' | 'pandas' | 'danfo' | 'naive' | 'polars' | 'stage';
  settings: Settings;
  /** The function of python_peer.py, if the case has several. */
  function?: string;
  notRun?: string;
}

/**
 * What main asks of a peer's process, and what that answers. The Python peer speaks the same, a line of JSON
 * each.
 */
export type Request =
  | {
      op: 'prepare';
      case: string;
      file: string;
      entrant: Entrant;
      keys: string[];
      function: string;
      repeat: number;
    }
  | { op: 'turn' };
/** A turn's answer: the median of its runs, and its first run, which ends a pause. Both are milliseconds. */
export type Answer =
  | { ready: true }
  | { missing: string }
  | { ms: number; afterPause: number; checksum: Checksum }
  | { error: string };

/** An entrant after its rounds. */
export interface Outcome extends Omit<Entrant, 'settings'> {
  form?: Form;
  /** The median of each turn's runs. */
  times?: number[];
  /** The first run of each turn, after a pause in which the others had theirs. */
  timesAfterPause?: number[];
  /** Processor time of a program and all its processes, for cases of whole programs. */
  cpuTimes?: number[];
  missing?: string;
  failed?: string;
}
