import { type DataType, type Field, Type } from 'apache-arrow';

/**
 * Memory for columns of results in the order of the rows of a table. All threads of a call write to it, each
 * the rows of its own groups, so that nobody has to move results again. It can be posted.
 *
 * A column takes a slot when its first group is done. A slot has room for eight bytes a row, and behind them
 * a byte for each row that is 1 if the row is null: bytes, because threads that set bits of one byte would
 * lose some.
 */
export interface RowMemory {
  readonly numRows: number;
  /** group -> the place of its first row in group order. */
  readonly from: Int32Array;
  /** Place in group order -> row; missing if these are the same. */
  readonly rows?: Int32Array;
  /** Two words for each slot: its state, and 1 once a row of it may be null. */
  readonly states: Int32Array;
  /** The name and type of each slot, as {@link slotText} makes it: {@link TEXT_BYTES} bytes each. */
  readonly texts: Uint8Array;
  readonly slots: SharedArrayBuffer;
}

/** The states of a slot. A thread that dies while it writes the text leaves the slot unused for ever. */
export const FREE = 0;
export const NAMING = 1;
export const NAMED = 2;

/** The bytes of the text of a slot; the first two are its length. */
export const TEXT_BYTES = 256;

/** The bytes of a row: a value, and whether it is null. */
const ROW_BYTES = 9;
const MOST_SLOTS = 16;
const FEW_SLOTS = 4;
/**
 * The size from which the allocator takes memory from the system, which costs nothing for slots that no
 * column takes. Smaller memory may have to be cleared.
 */
const UNTOUCHED_BYTES = 33 * 1024 * 1024;

/**
 * Makes memory for the results of a table; undefined if there is no room for a slot within `most` bytes.
 *
 * @param rows place in group order -> row, in shared memory; missing if these are the same
 */
export function createRowMemory(
  order: Pick<RowMemory, 'numRows' | 'from' | 'rows'>,
  most: number,
): RowMemory | undefined {
  const { numRows } = order;
  const bytes = slotBytes(numRows);
  const wanted = MOST_SLOTS * bytes >= UNTOUCHED_BYTES ? MOST_SLOTS : FEW_SLOTS;
  const count = Math.min(wanted, Math.floor(most / bytes));
  if (numRows === 0 || count === 0) return undefined;
  try {
    return {
      ...order,
      states: new Int32Array(new SharedArrayBuffer(count * 8)),
      texts: new Uint8Array(new SharedArrayBuffer(count * TEXT_BYTES)),
      slots: new SharedArrayBuffer(count * bytes),
    };
  } catch {
    // No such buffer can be had here; results are moved instead.
    return undefined;
  }
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
const slotBytes = (numRows: number): number => padded(numRows * (ROW_BYTES - 1)) + padded(numRows);

/** Returns the values of a slot, `width` bytes a row. */
export const slotValues = ({ slots, numRows }: RowMemory, slot: number, width: number): Uint8Array =>
  new Uint8Array(slots, slot * slotBytes(numRows), numRows * width);

/** Returns the bytes of a slot that tell which rows are null. */
export const slotNulls = ({ slots, numRows }: RowMemory, slot: number): Uint8Array =>
  new Uint8Array(slots, (slot + 1) * slotBytes(numRows) - padded(numRows), numRows);

/** Returns the name and type of a column. Columns with equal texts share a slot. */
export const slotText = ({ name, type }: Field): string => `${name}\n${type}`;

const written = new Set<Type>([
  Type.Bool,
  Type.Int,
  Type.Float,
  Type.Date,
  Type.Time,
  Type.Timestamp,
  Type.Duration,
]);

/** Returns the bytes of a value in a slot; undefined for a type that is not written to slots. */
export function slotWidth(type: DataType): number | undefined {
  if (!written.has(type.typeId)) return undefined;
  return type.typeId === Type.Bool ? 1 : type.ArrayType.BYTES_PER_ELEMENT;
}
