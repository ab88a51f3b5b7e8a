import type { ShippedValue } from '../ship/index.js';
import { ByteReader, ByteWriter, type WriterOptions } from './bytes.js';
import { GRAPH, Shapes } from './shape.js';

/* Lists of values on their way between threads: the arguments of many calls, or their results. Each value is written when it is
   added, so that nothing done to it later shows, and each is read by itself, so that no two have anything in common. */

/** Can be posted. The values lie in segments: one writer's work, to be read from its beginning. */
export interface WireList {
  readonly bytes: Uint8Array;
  readonly shared: readonly SharedArrayBuffer[];
  /** Of each segment: where its bytes end, its first value's position, and whether its only value is in ship/'s form. */
  readonly ends: readonly number[];
  readonly firsts: readonly number[];
  readonly graphs: readonly boolean[];
}

/** Writers cost some microseconds, and reading begins at the first value of a segment. */
const MAX_SEGMENT = 256;
const MAX_SEGMENT_BYTES = 64 * 1024;

/** Turns a value that structured clone cannot carry into one that it can. Throws where that is impossible. */
export type ToGraph = (value: unknown) => ShippedValue;

export class ListWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #shared: SharedArrayBuffer[] = [];
  readonly #ends: number[] = [];
  readonly #firsts: number[] = [];
  readonly #graphs: boolean[] = [];
  readonly #toGraph: ToGraph;
  readonly #options: WriterOptions;
  #shapes = new Shapes();
  #writer: ByteWriter | undefined;
  #inSegment = 0;
  #count = 0;
  #byteLength = 0;

  constructor(toGraph: ToGraph, options?: WriterOptions) {
    this.#toGraph = toGraph;
    this.#options = options ?? {};
  }

  /** About as much memory as it takes. */
  get byteLength(): number {
    return this.#byteLength + this.#segmentBytes();
  }

  /** Leaves the list as it was when it throws. */
  add(value: unknown): void {
    const isGraph = this.#shapes.of(value) === GRAPH;
    if (isGraph || this.#shapes.isEntangled || this.#isFull()) {
      this.#endSegment();
      this.#shapes.of(value);
    }
    if (isGraph) {
      this.#writeAlone(this.#toGraph(value));
    } else {
      this.#writer ??= this.#newWriter();
      try {
        this.#writer.writeValue(value);
      } catch (error) {
        this.#abandon();
        throw error;
      }
      this.#inSegment++;
    }
    this.#count++;
  }

  finish(): WireList {
    this.#endSegment();
    // Shared, so that it is not copied again for every thread that it is posted to.
    const bytes = new Uint8Array(new SharedArrayBuffer(this.#byteLength));
    this.#parts.forEach((part, k) => {
      bytes.set(part, k === 0 ? 0 : this.#ends[k - 1]);
    });
    return {
      bytes,
      shared: this.#shared,
      ends: this.#ends,
      firsts: this.#firsts,
      graphs: this.#graphs,
    };
  }

  #isFull(): boolean {
    return this.#inSegment === MAX_SEGMENT || this.#segmentBytes() > MAX_SEGMENT_BYTES;
  }

  #segmentBytes(): number {
    return this.#shapes.characters + (this.#writer?.viewBytes ?? 0);
  }

  #newWriter(): ByteWriter {
    return new ByteWriter(this.#shared, this.#options);
  }

  #writeAlone(shipped: ShippedValue): void {
    const writer = this.#newWriter();
    writer.writeValue(shipped);
    this.#push(writer, this.#count, true);
  }

  #endSegment(): void {
    if (this.#writer) this.#push(this.#writer, this.#count - this.#inSegment, false);
    this.#writer = undefined;
    this.#inSegment = 0;
    // What two segments have in common does no harm.
    this.#shapes = new Shapes();
  }

  /** Half a value has been written. Readers never get as far as that. */
  #abandon(): void {
    this.#endSegment();
  }

  #push(writer: ByteWriter, first: number, isGraph: boolean): void {
    const part = writer.releaseBuffer();
    this.#byteLength += part.byteLength;
    this.#parts.push(part);
    this.#ends.push(this.#byteLength);
    this.#firsts.push(first);
    this.#graphs.push(isGraph);
  }
}

/** Reads a list's values, best in their order. Every reading gives a new copy. */
export class ListReader {
  readonly #list: WireList;
  #segment = -1;
  #reader: ByteReader | undefined;
  /** The position that the reader comes to next. */
  #next = 0;

  constructor(list: WireList) {
    this.#list = list;
  }

  /** `isGraph`: the value is what {@link ToGraph} made of it. */
  read(position: number): { readonly value: unknown; readonly isGraph: boolean } {
    if (!this.#reader || position < this.#next || position >= this.#endOf(this.#segment))
      this.#open(position);
    const reader = this.#reader as ByteReader;
    for (; this.#next < position; this.#next++) reader.readValue();
    this.#next++;
    return { value: reader.readValue(), isGraph: this.#list.graphs[this.#segment] };
  }

  #open(position: number): void {
    const { firsts, ends, bytes, shared } = this.#list;
    let segment = this.#segment >= 0 && position === this.#endOf(this.#segment) ? this.#segment + 1 : 0;
    while (firsts[segment + 1] <= position) segment++;
    this.#segment = segment;
    const start = this.#segment === 0 ? 0 : ends[this.#segment - 1];
    this.#reader = new ByteReader(bytes.subarray(start, ends[this.#segment]), shared);
    this.#next = firsts[this.#segment];
  }

  #endOf(segment: number): number {
    return this.#list.firsts[segment + 1] ?? Number.POSITIVE_INFINITY;
  }
}
