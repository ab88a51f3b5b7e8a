/** A part of a total. */
export interface Count {
  readonly done: number;
  /** `Infinity` where it is not known. */
  readonly total: number;
}

/** How far some work has come. */
export interface WorkProgress extends Count {
  /** The name of the items that are counted, in the plural: 'groups' or 'calls'. */
  readonly unit: string;
  /** Input rows of the finished items; missing where the items have no rows. */
  readonly rows?: Count;
  /** Bytes of the finished items, where these are known. */
  readonly bytes?: Count;
  /** The reason why no item has begun, such as 'starting 2 workers'. */
  readonly waitsFor?: string;
  /** True when this thread will be too busy to draw for a while: a display draws at once. */
  readonly isBlocking?: boolean;
  /** Milliseconds since the work began. */
  readonly elapsedMs: number;
  /** Milliseconds of `elapsedMs` that went by before these items began; missing for 0. */
  readonly beforeMs?: number;
  /** True once, in the last report of work that succeeds. */
  readonly isComplete: boolean;
}

/** A display that is fed reports. Neither method ever throws. */
export interface ProgressDisplay {
  update(progress: WorkProgress): void;
  /** Clears up. Nothing is drawn afterwards. */
  end(): void;
}
