import type { WireList } from './list.js';
import { ValueReader } from './value-serializer.js';

/** Reads a list's values, fastest in their order. Every reading makes a new copy. */
export class ListReader {
  readonly #list: WireList;
  #segment = -1;
  #reader: ValueReader | undefined;
  #array: readonly unknown[] | undefined;
  /** The position of the value that the reader reads next. */
  #next = 0;

  constructor(list: WireList) {
    this.#list = list;
  }

  /** True if the value read last has ship/'s form, by {@link ToGraph}. */
  get isGraph(): boolean {
    return this.#list.layouts[this.#segment] === 'graph';
  }

  read(position: number): unknown {
    if (!this.#reader || position < this.#next || position >= this.#endOf(this.#segment)) {
      this.#open(position);
    }
    const layout = this.#list.layouts[this.#segment];
    if (this.#array) {
      this.#next = position + 1;
      const at = position - this.#list.firsts[this.#segment];
      return typeof layout === 'number' ? this.#array.slice(at * layout, (at + 1) * layout) : this.#array[at];
    }
    const reader = this.#reader as ValueReader;
    for (; this.#next < position; this.#next++) reader.readValue();
    this.#next++;
    return reader.readValue();
  }

  #open(position: number): void {
    const { firsts, ends, bytes, shared } = this.#list;
    let segment = this.#segment >= 0 && position === this.#endOf(this.#segment) ? this.#segment + 1 : 0;
    while (firsts[segment + 1] <= position) segment++;
    this.#segment = segment;
    const start = this.#segment === 0 ? 0 : ends[this.#segment - 1];
    this.#reader = new ValueReader(bytes.subarray(start, ends[this.#segment]), shared);
    this.#next = firsts[this.#segment];
    const layout = this.#list.layouts[segment];
    this.#array =
      layout === 'array' || typeof layout === 'number'
        ? (this.#reader.readValue() as readonly unknown[])
        : undefined;
  }

  #endOf(segment: number): number {
    return this.#list.firsts[segment + 1] ?? Number.POSITIVE_INFINITY;
  }
}
