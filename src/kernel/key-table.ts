import type { WorkMemory } from './work-memory.js';

/** The keys that a table found: codes 0 to count-1 in order of first appearance. */
export interface NumberedKeys {
  readonly count: number;
  /** code -> the number of its rows. */
  readonly sizes: Int32Array;
  /** code -> its first row. */
  readonly firsts: Int32Array;
  /** code -> the eight bytes that stand for its key. */
  readonly tags: Uint8Array;
  /** The bytes of the keys, if they are texts: those of `code` end where those of code + 1 begin. */
  readonly texts?: { readonly bytes: Uint8Array; readonly starts: Int32Array };
}

/* The fields of the table, which assembly/table/slots.ts reads at these offsets. */
const SLOTS = 0;
const MASK = 1;
const SHIFT = 2;
const COUNT = 4;
const CAPACITY = 5;
const TAGS = 6;
const SIZES = 7;
const FIRSTS = 8;
const TEXTS = 9;
const STARTS = 10;
const TEXT_CAPACITY = 11;
const FIELDS = 12;

const FIRST_CAPACITY = 2048;
const FIRST_TEXT_BYTES = 1 << 15;

/** The kernel's hash table, in work memory. At most half of the slots are in use. */
export class KeyTable {
  readonly address: number;
  readonly #memory: WorkMemory;
  readonly #hasTexts: boolean;

  constructor(memory: WorkMemory, hasTexts: boolean) {
    this.#memory = memory;
    this.#hasTexts = hasTexts;
    this.address = memory.take(FIELDS * 4);
    memory.words.fill(0, this.address / 4, this.address / 4 + FIELDS);
    this.#makeRoom(FIRST_CAPACITY);
    if (hasTexts) this.#makeTextRoom(FIRST_TEXT_BYTES);
  }

  get count(): number {
    return this.#get(COUNT);
  }

  /** Makes room after the kernel has stopped at a key of `byteLength` bytes, the longest there may be. */
  grow(byteLength = 0): void {
    if (this.count === this.#get(CAPACITY)) this.#makeRoom(this.count * 2);
    const used = this.#hasTexts ? this.#memory.words[this.#get(STARTS) / 4 + this.count] : 0;
    const capacity = this.#get(TEXT_CAPACITY);
    if (used + byteLength > capacity) this.#makeTextRoom(Math.max(used + byteLength, capacity * 4));
  }

  /** Returns copies of everything found. */
  take(): NumberedKeys {
    const { count } = this;
    const ints = (field: number, length = count) => {
      const at = this.#get(field) / 4;
      return this.#memory.words.slice(at, at + length);
    };
    const bytes = (field: number, length: number) =>
      this.#memory.bytes.slice(this.#get(field), this.#get(field) + length);
    const starts = this.#hasTexts ? ints(STARTS, count + 1) : undefined;
    return {
      count,
      sizes: ints(SIZES),
      firsts: ints(FIRSTS),
      tags: bytes(TAGS, count * 8),
      texts: starts && { bytes: bytes(TEXTS, starts[count]), starts },
    };
  }

  #get(field: number): number {
    return this.#memory.words[this.address / 4 + field];
  }

  #set(field: number, value: number): void {
    this.#memory.words[this.address / 4 + field] = value;
  }

  #makeRoom(capacity: number): void {
    const slots = capacity * 2;
    // The slots are filled anew, so what follows may take their place, if nothing lies behind them.
    this.#memory.giveBack(this.#get(SLOTS), this.#get(MASK) + 1);
    this.#move(TAGS, 8, capacity);
    this.#move(SIZES, 4, capacity);
    this.#move(FIRSTS, 4, capacity);
    if (this.#hasTexts) this.#move(STARTS, 4, capacity + 1);
    const address = this.#memory.take(slots * 16);
    this.#memory.bytes.fill(0xff, address, address + slots * 16);
    this.#set(SLOTS, address);
    this.#set(MASK, slots * 16 - 1);
    this.#set(SHIFT, 64 - Math.log2(slots));
    this.#set(CAPACITY, capacity);
    this.#memory.kernel.refill(this.address);
  }

  #makeTextRoom(byteLength: number): void {
    const used = this.#get(TEXTS) === 0 ? 0 : this.#memory.words[this.#get(STARTS) / 4 + this.count];
    const address = this.#memory.take(byteLength);
    this.#memory.bytes.copyWithin(address, this.#get(TEXTS), this.#get(TEXTS) + used);
    this.#set(TEXTS, address);
    this.#set(TEXT_CAPACITY, byteLength);
  }

  /** Gives an array that has an element a code more room. */
  #move(field: number, width: number, length: number): void {
    const from = this.#get(field);
    const address = this.#memory.take(length * width);
    if (field === STARTS) this.#memory.words[address / 4] = 0;
    const used = field === STARTS ? this.count + 1 : this.count;
    if (from > 0) this.#memory.bytes.copyWithin(address, from, from + used * width);
    this.#set(field, address);
  }
}
