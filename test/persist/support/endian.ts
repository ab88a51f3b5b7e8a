/*
 * Arrow data without columns, written by hand: apache-arrow and pyarrow write the byte order of the machine
 * only.
 */

/**
 * Writes a table of a FlatBuffer whose slots are one offset of four bytes, then numbers of two bytes or one.
 */
function header(view: DataView, at: number, slots: readonly number[], size: number): number {
  const vtable = 4 + slots.length * 2;
  view.setUint16(at, vtable, true);
  view.setUint16(at + 2, size, true);
  for (const [slot, offset] of slots.entries()) view.setUint16(at + 4 + slot * 2, offset, true);
  const table = at + vtable;
  view.setInt32(table, vtable, true);
  return table;
}

/** Writes a schema without fields behind `at`; returns the position of its table. */
function schema(view: DataView, at: number, endianness: number): number {
  const table = header(view, at, [8, 4], 12);
  view.setUint32(table + 4, 8, true); // The vector of fields, which is empty.
  view.setInt16(table + 8, endianness, true);
  return table;
}

const VERSION_5 = 4;
const SCHEMA = 1;

/** Returns a stream of no columns and no batches. */
export function streamOf(endianness: 0 | 1): Uint8Array {
  const bytes = new Uint8Array(8 + 56 + 8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, -1, true);
  view.setInt32(4, 56, true);
  const message = new DataView(bytes.buffer, 8, 56);
  message.setUint32(0, 16, true);
  const table = header(message, 4, [8, 10, 4, 0], 12);
  message.setInt16(table + 8, VERSION_5, true);
  message.setUint8(table + 10, SCHEMA);
  message.setUint32(table + 4, schema(message, 28, endianness) - (table + 4), true);
  view.setInt32(64, -1, true);
  return bytes;
}

/** Returns a file of no columns and no batches. */
export function fileOf(endianness: 0 | 1): Uint8Array {
  const bytes = new Uint8Array(8 + 56 + 10);
  const magic = new TextEncoder().encode('ARROW1');
  bytes.set(magic);
  bytes.set(magic, bytes.length - magic.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(64, 56, true);
  const footer = new DataView(bytes.buffer, 8, 56);
  footer.setUint32(0, 16, true);
  const table = header(footer, 4, [8, 4, 0, 0], 12);
  footer.setInt16(table + 8, VERSION_5, true);
  footer.setUint32(table + 4, schema(footer, 28, endianness) - (table + 4), true);
  return bytes;
}
