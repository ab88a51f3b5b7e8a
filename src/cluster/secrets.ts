/** The secrets of a connection, known in one place so that no message repeats what a server echoes. */
export class Secrets {
  readonly #values: readonly string[];

  /** Takes the token, and the values of headers; of these, short ones such as `true` are no secrets. */
  constructor(token: string | undefined, headers: Iterable<string>) {
    const known = [...headers].filter((value) => value.length >= 8);
    if (token !== undefined) known.push(token);
    // A longer one may contain a shorter one.
    this.#values = [...new Set(known.flatMap((value) => [value, encodeURIComponent(value)]))].sort(
      (a, b) => b.length - a.length,
    );
  }

  /** Replaces every secret in a text. */
  hide(text: string): string {
    return this.#values.reduce((hidden, value) => hidden.replaceAll(value, '***'), text);
  }
}
