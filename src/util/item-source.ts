/** Asks an iterable, async or not, for one item after the other. */
export class ItemSource {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #isAsync: boolean;
  #pending: Promise<IteratorResult<unknown>> | undefined;
  #isDone = false;

  constructor(items: Iterable<unknown> | AsyncIterable<unknown>) {
    this.#isAsync = isAsync(items);
    this.#iterator = isAsync(items) ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /** Takes items until `add` returns false or no more are there yet. Returns whether there may be more. */
  pull(add: (item: unknown) => boolean, over: AbortSignal): boolean | Promise<boolean> {
    return this.#isAsync ? this.#pullAsync(add, over) : this.#pullSync(add);
  }

  #pullSync(add: (item: unknown) => boolean): boolean {
    for (;;) {
      // Set before `next`: an iterator that throws is at its end.
      this.#isDone = true;
      const { done, value } = (this.#iterator as Iterator<unknown>).next();
      if (done) return false;
      this.#isDone = false;
      if (!add(value)) return true;
    }
  }

  async #pullAsync(add: (item: unknown) => boolean, over: AbortSignal): Promise<boolean> {
    const leave = whenAborted(over);
    let turn: Promise<undefined> | undefined;
    try {
      for (;;) {
        this.#pending ??= (this.#iterator as AsyncIterator<unknown>).next();
        const next = await Promise.race([this.#pending, leave.promise, ...(turn ? [turn] : [])]);
        if (next === undefined) return !over.aborted;
        this.#pending = undefined;
        this.#isDone = next.done === true;
        if (this.#isDone) return false;
        if (!add(next.value)) return true;
        // Returns if the next item does not come at once, so that the workers get what is there.
        turn ??= new Promise((resolve) => setImmediate(() => resolve(undefined)));
      }
    } finally {
      leave.stop();
    }
  }

  /** Closes the iterable. */
  close(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    // Not awaited: an iterable that never gives its next item never closes either.
    this.#pending?.catch(() => {});
    try {
      Promise.resolve(this.#iterator.return?.()).catch(() => {});
    } catch {
      // Ignored: the call has an error already, or has ended.
    }
  }
}

function whenAborted(signal: AbortSignal) {
  let stop = () => {};
  const promise = new Promise<undefined>((resolve) => {
    const onAbort = () => resolve(undefined);
    stop = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  return { promise, stop };
}

/** Strings, which are no objects, are iterables of characters. */
export const isAsync = (items: Iterable<unknown> | AsyncIterable<unknown>): items is AsyncIterable<unknown> =>
  typeof items === 'object' && Symbol.asyncIterator in items;
