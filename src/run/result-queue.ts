/** Hands out the results of indices one at a time: in ascending order, or as they come. */
export class ResultQueue<T> {
  readonly #isOrdered: boolean;
  readonly #ready = new Map<number, T>();
  /** Indices from the head on that have no result. In order, the head passes over them. */
  readonly #empty = new Set<number>();
  /** The index whose result is next, in order. */
  #head = 0;
  /** No result from this index on is handed out. */
  #limit = Number.POSITIVE_INFINITY;
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(isOrdered: boolean) {
    this.#isOrdered = isOrdered;
  }

  add(index: number, result: T): void {
    this.#ready.set(index, result);
    this.#wake?.();
  }

  /** Says that nothing more comes for these indices. Results come before. */
  settle(indices: Iterable<number>): void {
    if (!this.#isOrdered) return;
    for (const index of indices) {
      if (index >= this.#head && !this.#ready.has(index)) this.#empty.add(index);
    }
    this.#wake?.();
  }

  /** Ends the queue after the results before `index`, of an ordered queue. */
  endAt(index: number): void {
    this.#limit = index;
    this.#wake?.();
  }

  /** True if all results before the index of {@link endAt} have been handed out. */
  get isAtLimit(): boolean {
    return this.#head === this.#limit;
  }

  /** Ends the queue after what can still be handed out; with an error, the queue throws it then. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake?.();
  }

  /** Returns the next result if it is there. */
  take(): { readonly result: T } | undefined {
    const index = this.#isOrdered ? this.#nextInOrder() : this.#ready.keys().next().value;
    if (index === undefined || !this.#ready.has(index)) return;
    const result = this.#ready.get(index) as T;
    this.#ready.delete(index);
    this.#head++;
    return { result };
  }

  /**
   * Resolves to the next result, to undefined after the last. For many tiny results, {@link take} first is
   * faster.
   */
  async next(): Promise<{ readonly result: T } | undefined> {
    for (;;) {
      const next = this.take();
      if (next) return next;
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      }
      if (this.isAtLimit) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #nextInOrder(): number {
    while (this.#empty.delete(this.#head)) this.#head++;
    return this.#head;
  }
}
