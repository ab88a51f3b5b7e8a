import type { ShippedValue } from '../ship/index.js';
import { ByteReader, ByteWriter, type WriterOptions } from './bytes.js';
import { packed, unpacked } from './codecs.js';
import { GRAPH, Shapes } from './shape.js';

/* Lists of values on their way between threads: the arguments of many calls, or their results. Each value is written when it is
   added, so that nothing done to it later shows, and each is read by itself, so that no two have anything in common. */

/** Can be posted. The values lie in segments: one writer's work, to be read from its beginning. */
export interface WireList {
  readonly bytes: Uint8Array;
  readonly shared: readonly SharedArrayBuffer[];
  /** Of each segment: where its bytes end, its first value's position, and how its values lie in it. */
  readonly ends: readonly number[];
  readonly firsts: readonly number[];
  readonly layouts: readonly Layout[];
}

/** All values in one array; one after the other; a single one, in ship/'s form. */
type Layout = 'array' | 'sequence' | 'graph';

/** Writers cost some microseconds, and reading begins at the first value of a segment. */
const MAX_SEGMENT = 256;
const MAX_SEGMENT_BYTES = 64 * 1024;

/** Turns a value that structured clone cannot carry into one that it can. Throws where that is impossible. */
export type ToGraph = (value: unknown) => ShippedValue;

export interface ListOptions extends WriterOptions {
  /** The values are lists of arguments. */
  readonly areArguments?: boolean;
}

export class ListWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #shared: SharedArrayBuffer[] = [];
  readonly #ends: number[] = [];
  readonly #firsts: number[] = [];
  readonly #layouts: Layout[] = [];
  readonly #toGraph: ToGraph;
  readonly #options: ListOptions;
  #shapes = new Shapes();
  #writer: ByteWriter | undefined;
  /** Values nothing can change any more: written at once at the end, since every write and every reading costs a microsecond or more. */
  #fixed: unknown[] = [];
  #inSegment = 0;
  #count = 0;
  #byteLength = 0;

  constructor(toGraph: ToGraph, options?: ListOptions) {
    this.#toGraph = toGraph;
    this.#options = options ?? {};
  }

  /** About as much memory as it takes. */
  get byteLength(): number {
    return this.#byteLength + this.#segmentBytes();
  }

  /** Leaves the list as it was when it throws. */
  add(value: unknown): void {
    if (this.#isFixed(value)) this.#addFixed(value);
    else this.#addOther(value);
    this.#count++;
  }

  /** A primitive; or a call's arguments where they are primitives: the function never sees the list itself. */
  #isFixed(value: unknown): boolean {
    return this.#options.areArguments ? (value as unknown[]).every(isPrimitive) : isPrimitive(value);
  }

  #addFixed(value: unknown): void {
    if (this.#writer || this.#isFull()) this.#endSegment();
    this.#shapes.of(value);
    this.#fixed.push(value);
    this.#inSegment++;
  }

  #addOther(value: unknown): void {
    const isGraph = this.#shapes.of(value) === GRAPH;
    if (isGraph || this.#shapes.isEntangled || this.#fixed.length > 0 || this.#isFull()) {
      this.#endSegment();
      this.#shapes.of(value);
    }
    if (isGraph) {
      const shipped = this.#toGraph(value);
      const writer = this.#newWriter();
      writer.writeValue(packed(shipped));
      this.#push(writer, this.#count, 'graph');
      return;
    }
    this.#writer ??= this.#newWriter();
    try {
      this.#writer.writeValue(value);
    } catch (error) {
      // Half a value has been written. Readers never get as far as that.
      this.#endSegment();
      throw error;
    }
    this.#inSegment++;
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
      layouts: this.#layouts,
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

  #endSegment(): void {
    const first = this.#count - this.#inSegment;
    if (this.#fixed.length > 0) {
      const writer = this.#newWriter();
      writer.writeValue(this.#fixed);
      this.#push(writer, first, 'array');
      this.#fixed = [];
    } else if (this.#writer) {
      this.#push(this.#writer, first, 'sequence');
    }
    this.#writer = undefined;
    this.#inSegment = 0;
    // What two segments have in common does no harm.
    this.#shapes = new Shapes();
  }

  #push(writer: ByteWriter, first: number, layout: Layout): void {
    const part = writer.releaseBuffer();
    this.#byteLength += part.byteLength;
    this.#parts.push(part);
    this.#ends.push(this.#byteLength);
    this.#firsts.push(first);
    this.#layouts.push(layout);
  }
}

const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');

/** Reads a list's values, best in their order. Every reading gives a new copy. */
export class ListReader {
  readonly #list: WireList;
  #segment = -1;
  #reader: ByteReader | undefined;
  #array: readonly unknown[] | undefined;
  /** The position that the reader comes to next. */
  #next = 0;

  constructor(list: WireList) {
    this.#list = list;
  }

  /** `isGraph`: the value is what {@link ToGraph} made of it. */
  read(position: number): { readonly value: unknown; readonly isGraph: boolean } {
    if (!this.#reader || position < this.#next || position >= this.#endOf(this.#segment)) {
      this.#open(position);
    }
    const isGraph = this.#list.layouts[this.#segment] === 'graph';
    if (this.#array) {
      this.#next = position + 1;
      return { value: this.#array[position - this.#list.firsts[this.#segment]], isGraph };
    }
    const reader = this.#reader as ByteReader;
    for (; this.#next < position; this.#next++) reader.readValue();
    this.#next++;
    const value = reader.readValue() as unknown;
    return { value: isGraph ? unpacked(value) : value, isGraph };
  }

  #open(position: number): void {
    const { firsts, ends, bytes, shared } = this.#list;
    let segment = this.#segment >= 0 && position === this.#endOf(this.#segment) ? this.#segment + 1 : 0;
    while (firsts[segment + 1] <= position) segment++;
    this.#segment = segment;
    const start = this.#segment === 0 ? 0 : ends[this.#segment - 1];
    this.#reader = new ByteReader(bytes.subarray(start, ends[this.#segment]), shared);
    this.#next = firsts[this.#segment];
    this.#array =
      this.#list.layouts[segment] === 'array' ? (this.#reader.readValue() as readonly unknown[]) : undefined;
  }

  #endOf(segment: number): number {
    return this.#list.firsts[segment + 1] ?? Number.POSITIVE_INFINITY;
  }
}
