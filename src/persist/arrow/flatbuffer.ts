/*
 * Checks a FlatBuffer before a library reads it. Readers in JavaScript check nothing, and follow a damaged
 * offset or count wherever it leads, which may never end.
 */

/** The content of a slot of a table. Slots without a shape hold numbers. */
export type Shape =
  | { readonly is: 'table'; readonly slots: () => Slots }
  /** The slot before it tells which of the tables it is. */
  | { readonly is: 'union'; readonly slots: (kind: number) => Slots | undefined }
  | { readonly is: 'vector'; readonly bytes: number }
  | { readonly is: 'tables'; readonly slots: () => Slots };

export type Slots = { readonly [slot: number]: Shape };

const damaged = () => new RangeError('its metadata is damaged');

/** Throws a RangeError if the table at the root leads out of `bytes`. */
export function checkFlatbuffer(bytes: Uint8Array, slots: Slots): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Only in a damaged file are more tables walked than it has bytes: many tables refer to the same one.
  let budget = bytes.byteLength;

  const within = (at: number, length: number): void => {
    if (at + length > bytes.byteLength) throw damaged();
  };

  /** Returns the position that the offset at `at` points to. */
  const follow = (at: number): number => {
    within(at, 4);
    const to = at + view.getUint32(at, true);
    within(to, 4);
    return to;
  };

  const checkTable = (at: number, slots: Slots): void => {
    if (--budget < 0) throw damaged();
    const vtable = at - view.getInt32(at, true);
    if (vtable < 0) throw damaged();
    within(vtable, 4);
    const vtableBytes = view.getUint16(vtable, true);
    const tableBytes = view.getUint16(vtable + 2, true);
    // Readers take these numbers as signed.
    if (vtableBytes % 2 !== 0 || vtableBytes > 0x7fff || tableBytes > 0x7fff) throw damaged();
    within(vtable, vtableBytes);
    within(at, tableBytes);
    /** Returns the position of a slot's value in the table; 0 if it is left out. */
    const place = (slot: number): number => {
      const entry = 4 + slot * 2;
      return entry < vtableBytes ? view.getUint16(vtable + entry, true) : 0;
    };
    for (let slot = 0; 4 + slot * 2 < vtableBytes; slot++) {
      const offset = place(slot);
      if (offset === 0) continue;
      if (offset >= tableBytes) throw damaged();
      const shape = slots[slot];
      if (shape) checkSlot(at + offset, shape, () => at + place(slot - 1));
    }
  };

  const checkSlot = (at: number, shape: Shape, before: () => number): void => {
    const to = follow(at);
    if (shape.is === 'table') checkTable(to, shape.slots());
    else if (shape.is === 'union') {
      const inner = shape.slots(bytes[before()]);
      if (inner) checkTable(to, inner);
    } else {
      const count = view.getUint32(to, true);
      within(to + 4, count * (shape.is === 'vector' ? shape.bytes : 4));
      if (shape.is === 'vector') return;
      for (let i = 0; i < count; i++) checkTable(follow(to + 4 + i * 4), shape.slots());
    }
  };

  checkTable(follow(0), slots);
}

/**
 * Returns the positions of the elements of a vector in the root table of a checked buffer, each of `bytes`
 * bytes.
 */
export function elementsOf(buffer: DataView, slot: number, bytes: number): number[] {
  const at = slotAt(buffer, buffer.getUint32(0, true), slot);
  if (at === undefined) return [];
  const vector = at + buffer.getUint32(at, true);
  return Array.from({ length: buffer.getUint32(vector, true) }, (_, i) => vector + 4 + i * bytes);
}

/** Returns the position of a slot of a table in a checked buffer; undefined where the table leaves it out. */
function slotAt(buffer: DataView, table: number, slot: number): number | undefined {
  const vtable = table - buffer.getInt32(table, true);
  const entry = 4 + slot * 2;
  const offset = entry < buffer.getUint16(vtable, true) ? buffer.getUint16(vtable + entry, true) : 0;
  return offset === 0 ? undefined : table + offset;
}

/** Returns the position of the count of a vector of a table in a slot of the root table. */
export function vectorIn(buffer: DataView, tableSlot: number, slot: number): number {
  const table = slotAt(buffer, buffer.getUint32(0, true), tableSlot);
  const at = table && slotAt(buffer, table + buffer.getUint32(table, true), slot);
  if (!at) throw damaged();
  return at + buffer.getUint32(at, true);
}

/** Reads a number of 16 bits from a table in a slot of the root table; 0 where it is left out. */
export function numberIn(buffer: DataView, tableSlot: number, slot: number): number {
  const table = slotAt(buffer, buffer.getUint32(0, true), tableSlot);
  if (table === undefined) return 0;
  const at = slotAt(buffer, table + buffer.getUint32(table, true), slot);
  return at === undefined ? 0 : buffer.getInt16(at, true);
}
