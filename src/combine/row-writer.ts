import { type Data, type DataType, type Field, Type } from 'apache-arrow';
import { asBytes, getBit } from '../arrow/index.js';
import type { ResultColumn } from '../frame/index.js';
import {
  FREE,
  NAMED,
  NAMING,
  type RowMemory,
  slotNulls,
  slotText,
  slotValues,
  slotWidth,
  TEXT_BYTES,
} from './row-memory.js';

/** How long a thread waits for another one to name a slot, which takes microseconds. */
const NAMING_MS = 200;

/** A slot as this thread writes to it. */
interface Slot {
  readonly width: number;
  readonly values: InstanceType<ValuesView>;
  readonly nulls: Uint8Array;
}

/** Writes columns of results to the rows of their groups. Each thread has its own. */
export class RowWriter {
  readonly #memory: RowMemory;
  readonly #slotOf = new Map<string, number | undefined>();
  readonly #slots: Slot[] = [];

  constructor(memory: RowMemory) {
    this.#memory = memory;
  }

  /** Returns the slot for a column, a new one for a new column; undefined if it has to be moved later. */
  slotOf(field: Field): number | undefined {
    const width = slotWidth(field.type);
    if (width === undefined) return undefined;
    const text = slotText(field);
    let slot = this.#slotOf.get(text);
    if (slot !== undefined || this.#slotOf.has(text)) return slot;
    slot = findSlot(this.#memory, text);
    this.#slotOf.set(text, slot);
    if (slot !== undefined) {
      const values = valuesView(slotValues(this.#memory, slot, width), width);
      this.#slots[slot] = { width, values, nulls: slotNulls(this.#memory, slot) };
    }
    return slot;
  }

  /** Writes the numbers of a group, none of which is null. */
  writeNumbers(slot: number, group: number, numbers: ArrayBufferView): void {
    const at = this.#memory.from[group];
    const { width } = this.#slots[slot];
    this.#write(slot, numbers, at);
    if (this.#mayBeNull(slot)) this.#clearNulls(slot, at, numbers.byteLength / width);
  }

  /** Writes the rows of a group. */
  writeColumn(slot: number, group: number, { chunks }: ResultColumn): void {
    let at = this.#memory.from[group];
    for (const chunk of chunks) {
      const { width } = this.#slots[slot];
      const bytes = bytesOf(chunk, width);
      this.#write(slot, bytes, at);
      if (chunk.nullCount > 0) this.#writeNulls(slot, chunk, at);
      else if (this.#mayBeNull(slot)) this.#clearNulls(slot, at, chunk.length);
      at += chunk.length;
    }
  }

  #write(slot: number, numbers: ArrayBufferView, at: number): void {
    const { rows } = this.#memory;
    const { values, width } = this.#slots[slot];
    const own = valuesView(numbers, width);
    if (rows) writers[width](own as never, rows, at, values as never);
    else values.set(own as never, at);
  }

  /** Tells whether rows of a slot may be marked as null, also by an earlier attempt of a group. */
  #mayBeNull(slot: number): boolean {
    return Atomics.load(this.#memory.states, 2 * slot + 1) === 1;
  }

  #writeNulls(slot: number, { nullBitmap, offset, length }: Data, at: number): void {
    const { rows, states } = this.#memory;
    const { nulls } = this.#slots[slot];
    Atomics.store(states, 2 * slot + 1, 1);
    for (let i = 0; i < length; i++) {
      nulls[rows ? rows[at + i] : at + i] = getBit(nullBitmap as Uint8Array, offset + i) ? 0 : 1;
    }
  }

  #clearNulls(slot: number, at: number, length: number): void {
    const { rows } = this.#memory;
    const { nulls } = this.#slots[slot];
    for (let i = at; i < at + length; i++) nulls[rows ? rows[i] : i] = 0;
  }
}

/** Returns the slot with a text, or gives it a free one; undefined if there is none. */
function findSlot({ states, texts }: RowMemory, text: string): number | undefined {
  const own = Buffer.from(text);
  if (own.length > TEXT_BYTES - 2) return undefined;
  for (let slot = 0; slot < states.length / 2; slot++) {
    const at = slot * TEXT_BYTES;
    const state = Atomics.compareExchange(states, 2 * slot, FREE, NAMING);
    if (state === FREE) {
      texts[at] = own.length & 255;
      texts[at + 1] = own.length >>> 8;
      texts.set(own, at + 2);
      Atomics.store(states, 2 * slot, NAMED);
      Atomics.notify(states, 2 * slot);
      return slot;
    }
    if (state === NAMING) {
      Atomics.wait(states, 2 * slot, NAMING, NAMING_MS);
      if (Atomics.load(states, 2 * slot) === NAMING) return undefined;
    }
    const length = texts[at] + 256 * texts[at + 1];
    if (own.equals(texts.subarray(at + 2, at + 2 + length))) return slot;
  }
  return undefined;
}

/**
 * Returns the values of a chunk as bytes, `width` of them a row and aligned to that; a byte for a boolean.
 */
function bytesOf(chunk: Data<DataType>, width: number): Uint8Array {
  const { length, offset } = chunk;
  const values = chunk.values as Uint8Array;
  if (chunk.type.typeId === Type.Bool) {
    return Uint8Array.from({ length }, (_, i) => (getBit(values, offset + i) ? 1 : 0));
  }
  const bytes = asBytes(values).subarray(0, length * width);
  return bytes.byteOffset % width === 0 ? bytes : bytes.slice();
}

type ValuesView = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => Uint8Array | Uint16Array | Int32Array | BigInt64Array;

/** The arrays that values of each width move through: 64-bit ones as bigints, which keep the bits of NaN. */
const views: { readonly [width: number]: ValuesView } = {
  1: Uint8Array,
  2: Uint16Array,
  4: Int32Array,
  8: BigInt64Array,
};

const valuesView = ({ buffer, byteOffset, byteLength }: ArrayBufferView, width: number) =>
  new views[width](buffer, byteOffset, byteLength / width);

/**
 * Writes values to rows rows[at], rows[at + 1] and so on. Each type of array has a loop of its own: one for
 * all of them would be several times slower.
 */
const writers: { readonly [width: number]: (from: never, rows: Int32Array, at: number, out: never) => void } =
  {
    1: (from: Uint8Array, rows: Int32Array, at: number, out: Uint8Array) => {
      for (let i = 0; i < from.length; i++) out[rows[at + i]] = from[i];
    },
    2: (from: Uint16Array, rows: Int32Array, at: number, out: Uint16Array) => {
      for (let i = 0; i < from.length; i++) out[rows[at + i]] = from[i];
    },
    4: (from: Int32Array, rows: Int32Array, at: number, out: Int32Array) => {
      for (let i = 0; i < from.length; i++) out[rows[at + i]] = from[i];
    },
    8: (from: BigInt64Array, rows: Int32Array, at: number, out: BigInt64Array) => {
      for (let i = 0; i < from.length; i++) out[rows[at + i]] = from[i];
    },
  };
