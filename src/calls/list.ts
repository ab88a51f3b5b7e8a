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

/**
 * All values in one array; all arguments of all calls in one array, so many of each; one value after the other; a single one, in
 * ship/'s form.
 */
type Layout = 'array' | number | 'sequence' | 'graph';

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
  #fixedBytes = 0;
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
    // The function never sees the list of its arguments itself.
    const bytes = this.#options.areArguments ? bytesOfAll(value as readonly unknown[]) : bytesOf(value);
    if (bytes === undefined) this.#addOther(value);
    else this.#addFixed(value, bytes);
    this.#count++;
  }

  #addFixed(value: unknown, bytes: number): void {
    if (this.#writer || this.#isFull()) this.#endSegment();
    this.#fixed.push(value);
    this.#fixedBytes += bytes;
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
    return this.#fixedBytes + this.#shapes.characters + (this.#writer?.viewBytes ?? 0);
  }

  #newWriter(): ByteWriter {
    return new ByteWriter(this.#shared, this.#options);
  }

  #endSegment(): void {
    const first = this.#count - this.#inSegment;
    if (this.#fixed.length > 0) {
      const width = this.#options.areArguments ? widthOf(this.#fixed as unknown[][]) : undefined;
      const writer = this.#newWriter();
      writer.writeValue(width === undefined ? this.#fixed : this.#fixed.flat());
      this.#push(writer, first, width ?? 'array');
      this.#fixed = [];
      this.#fixedBytes = 0;
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

/** About as many bytes as a primitive takes that can be sent; `undefined` for all else. */
function bytesOf(value: unknown): number | undefined {
  switch (typeof value) {
    case 'string':
      return value.length;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? 8 : value.toString(16).length / 2;
    case 'object':
      return value === null ? 1 : undefined;
    case 'function':
    case 'symbol':
      return undefined;
    default:
      return 8;
  }
}

/** All of them together; `undefined` where there is one that has none. */
function bytesOfAll(values: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    const bytes = bytesOf(value);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}

/** The length that all lists have, if there is one. */
function widthOf(lists: readonly (readonly unknown[])[]): number | undefined {
  const [{ length }] = lists;
  return lists.every((list) => list.length === length) ? length : undefined;
}

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

  /** Whether the value read last is what {@link ToGraph} made of it. */
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
    const reader = this.#reader as ByteReader;
    for (; this.#next < position; this.#next++) reader.readValue();
    this.#next++;
    const value = reader.readValue() as unknown;
    return layout === 'graph' ? unpacked(value) : value;
  }

  #open(position: number): void {
    const { firsts, ends, bytes, shared } = this.#list;
    let segment = this.#segment >= 0 && position === this.#endOf(this.#segment) ? this.#segment + 1 : 0;
    while (firsts[segment + 1] <= position) segment++;
    this.#segment = segment;
    const start = this.#segment === 0 ? 0 : ends[this.#segment - 1];
    this.#reader = new ByteReader(bytes.subarray(start, ends[this.#segment]), shared);
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
