import type { DatasetProgress } from './progress.js';

/** How the groups of a data set are brought into memory. */
export interface OpenOptions {
  /** Bytes. */
  readonly memoryLimit: number;
  readonly spillTo: string | undefined;
  /** Threads; 0 for this one. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly progress?: DatasetProgress;
  /** True if the caller will ask for the numbers of spilled rows. */
  readonly keepsRows?: boolean;
}
