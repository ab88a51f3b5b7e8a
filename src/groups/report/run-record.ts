import type { GroupError } from '../../errors.js';
import type { Failure, Timings } from '../../run/index.js';

/** Takes what a run of groups notes for the report of its call. */
export interface RunRecord {
  /** Memory in which workers note what they do; undefined if nobody wants a report. */
  readonly timings: Timings | undefined;
  /** Notes a failed attempt of a group that is to run again. */
  retry(failure: Failure, error: GroupError): void;
  /** Notes how many workers run the groups, and why if it is not the number that the user asked for. */
  chose?(workers: number, why: string | undefined): void;
}
