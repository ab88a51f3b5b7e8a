/** Keeps what is made from texts, such as the sources of functions; forgets all of it once it has `limit`. */
export class TextCache<T> {
  readonly #made = new Map<string, T>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Tells whether something is kept for this text. */
  has(text: string): boolean {
    return this.#made.has(text);
  }

  /** Returns what `make` has returned for this text before, or returns now. */
  get(text: string, make: () => T): T {
    const known = this.#made.get(text);
    if (known !== undefined || this.#made.has(text)) return known as T;
    const made = make();
    if (this.#made.size >= this.#limit) this.#made.clear();
    this.#made.set(text, made);
    return made;
  }
}
