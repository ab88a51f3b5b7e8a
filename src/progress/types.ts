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
  /** True once, in the last report of a call that succeeds. */
  readonly done: boolean;
}
