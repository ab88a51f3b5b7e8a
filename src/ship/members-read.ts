/** The names of members that a function reads of its rows, and those that may be absent on purpose. */
export class Members {
  readonly #read = new Set<string>();
  readonly #excused = new Set<string>();
  /** True if the function may give its rows members whose names are not in sight. */
  #mayHaveMore = false;

  read(name: string): void {
    this.#read.add(name);
  }

  excuse(name: string): void {
    this.#excused.add(name);
  }

  excuseAll(): void {
    this.#mayHaveMore = true;
  }

  taken(): string[] {
    if (this.#mayHaveMore) return [];
    return [...this.#read].filter((name) => !this.#excused.has(name));
  }
}
