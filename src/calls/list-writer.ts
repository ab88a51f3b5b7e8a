import type { ShippedValue } from '../ship/index.js';
import { estimateBytes, estimateTotalBytes } from './estimate-bytes.js';
import type { Layout, WireList } from './list.js';
import { withStandIns } from './options-object.js';
import type { RepeatedArgument } from './repeated-arguments.js';
import { GRAPH, Shapes } from './shape.js';
import { ValueWriter, type WriterOptions } from './value-serializer.js';

/**
 * Most values in one segment. A writer costs microseconds, but every reading starts at a segment's beginning.
 */
const MAX_SEGMENT = 256;
const MAX_SEGMENT_BYTES = 64 * 1024;

/** Ships a value that structured clone cannot carry. Throws if that is impossible. */
export type ToGraph = (value: unknown) => ShippedValue;

export interface ListOptions extends WriterOptions {
  /** True if the values are lists of arguments. */
  readonly areArguments?: boolean;
  /** Returns the arguments of a call that are written once, for several calls. */
  readonly repeatedIn?: (args: readonly unknown[]) => ReadonlyMap<unknown, RepeatedArgument> | undefined;
  /** Called before a list of arguments that are not all primitives is written whole. */
  readonly onCopy?: (args: readonly unknown[]) => void;
}

export class ListWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #shared: SharedArrayBuffer[] = [];
  readonly #ends: number[] = [];
  readonly #firsts: number[] = [];
  readonly #layouts: Layout[] = [];
  readonly #uses: number[][] = [];
  readonly #toGraph: ToGraph;
  readonly #options: ListOptions;
  #shapes = new Shapes();
  #writer: ValueWriter | undefined;
  /**
   * Primitives, which nothing can change. They are written together: each write and each read costs a
   * microsecond or more.
   */
  #fixed: unknown[] = [];
  #fixedBytes = 0;
  #inSegment = 0;
  #count = 0;
  #byteLength = 0;

  constructor(toGraph: ToGraph, options?: ListOptions) {
    this.#toGraph = toGraph;
    this.#options = options ?? {};
  }

  /** Estimates the memory that the list takes. */
  get byteLength(): number {
    return this.#byteLength + this.#segmentBytes();
  }

  /** Adds a value. The list stays as it was if this throws. */
  add(value: unknown): void {
    // The user's function gets arguments, never their list, so the list itself need not be copied.
    const bytes = this.#options.areArguments
      ? estimateTotalBytes(value as readonly unknown[])
      : estimateBytes(value);
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
    if (this.#options.repeatedIn && this.#addRepeated(value as readonly unknown[])) return;
    this.#options.onCopy?.(value as readonly unknown[]);
    const isGraph = this.#shapes.of(value) === GRAPH;
    if (isGraph || this.#shapes.isEntangled || this.#fixed.length > 0 || this.#isFull()) {
      this.#endSegment();
      this.#shapes.of(value);
    }
    if (isGraph) {
      const shipped = this.#toGraph(value);
      // The codecs have refused memory that only threads share.
      const writer = new ValueWriter(this.#shared, { ...this.#options, onShared: undefined });
      writer.writeValue(shipped);
      this.#push(writer, this.#count, 'graph');
      return;
    }
    this.#writer ??= this.#newWriter();
    try {
      this.#writer.writeValue(value);
    } catch (error) {
      // Ends the segment after half a value: readers never get that far.
      this.#endSegment();
      throw error;
    }
    this.#inSegment++;
  }

  /** Adds the arguments of a call if some of them are written once. Returns whether it has added them. */
  #addRepeated(args: readonly unknown[]): boolean {
    const repeated = this.#options.repeatedIn?.(args);
    if (!repeated) return false;
    const writer = this.#newWriter();
    const standIns = new Map(
      Array.from(repeated, ([object, { written }]) => [object, writer.standIn(written)] as const),
    );
    const replaced = new Set<object>();
    const copies = new Map<unknown, unknown>();
    const given = args.map((arg) => {
      if (typeof arg !== 'object' || arg === null) return arg;
      if (!copies.has(arg)) copies.set(arg, standIns.get(arg) ?? withStandIns(arg, standIns));
      if (copies.get(arg) !== arg) replaced.add(arg);
      return copies.get(arg);
    });
    const shapes = new Shapes();
    if (shapes.of(given) === GRAPH) return false;
    // An object in two arguments has to arrive as one.
    if (shapes.hasAnyOf(replaced)) return false;
    for (const { parts } of repeated.values()) if (shapes.hasAnyOf(parts)) return false;
    this.#endSegment();
    writer.writeValue(given);
    this.#push(writer, this.#count, 'sequence');
    return true;
  }

  finish(): WireList {
    this.#endSegment();
    // Shared memory, so that posting it to several threads does not copy it.
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
      uses: this.#uses,
    };
  }

  #isFull(): boolean {
    return this.#inSegment === MAX_SEGMENT || this.#segmentBytes() > MAX_SEGMENT_BYTES;
  }

  #segmentBytes(): number {
    return this.#fixedBytes + this.#shapes.characters + (this.#writer?.viewBytes ?? 0);
  }

  #newWriter(): ValueWriter {
    return new ValueWriter(this.#shared, this.#options);
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
    // Values of different segments share nothing after reading.
    this.#shapes = new Shapes();
  }

  #push(writer: ValueWriter, first: number, layout: Layout): void {
    const part = writer.releaseBuffer();
    this.#byteLength += part.byteLength;
    this.#parts.push(part);
    this.#ends.push(this.#byteLength);
    this.#firsts.push(first);
    this.#layouts.push(layout);
    this.#uses.push([...writer.used]);
  }
}

/** Returns the length that all lists have, if they have one. */
function widthOf(lists: readonly (readonly unknown[])[]): number | undefined {
  const [{ length }] = lists;
  return lists.every((list) => list.length === length) ? length : undefined;
}
