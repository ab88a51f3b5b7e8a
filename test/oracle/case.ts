import type { ApplyOptions, GroupbyOptions } from 'apply-parallel';

/** One question to both sides: what comes out of this frame, grouped so, under this function. */
export interface OracleCase {
  /** Everything about the case follows from this number. */
  readonly seed: number;
  /** The frame, as an Arrow IPC file. */
  readonly input: Uint8Array;
  readonly spec: CaseSpec;
}

/** All of a case but its frame: plain data, which Python reads too. */
export interface CaseSpec {
  readonly by: readonly string[];
  readonly options: Required<GroupbyOptions>;
  readonly function: string;
  readonly params: Params;
  /** What the TypeScript function gets. */
  readonly form: 'columns' | 'same';
  readonly how: Pick<ApplyOptions, 'nJobs' | 'batchSize'> & { readonly backend: 'threads' | 'inline' };
  /** Rows of each record batch that TypeScript groups; Python has one. */
  readonly batchRows: number;
  /** joblib's backend. */
  readonly joblib: 'sequential' | 'threading' | 'loky';
}

export type Params = { readonly [name: string]: unknown };

/** What Python made of a case. */
export interface Answer {
  /** The resulting frame as an Arrow IPC file; missing where the answer is an error. */
  readonly expected?: Uint8Array;
  /** The error code that docs/meaning.md has for such results. */
  readonly error?: string;
  /** Which of the known differences between pandas and docs/meaning.md were allowed for. */
  readonly differences: readonly string[];
  /** pandas itself did not get through; no case is to have this. */
  readonly failure?: string;
}
