import type { Shape, Slots } from './flatbuffer.js';

/*
 * The slots of Arrow's metadata that hold offsets and counts, as in Schema.fbs, Message.fbs and File.fbs of
 * the format.
 */

const text: Shape = { is: 'vector', bytes: 1 };
const numbers64: Shape = { is: 'vector', bytes: 8 };
const pairs: Shape = { is: 'vector', bytes: 16 }; // FieldNode, Buffer

/** Size of a block in the footer of a file. */
export const BLOCK_BYTES = 24;

const blocks: Shape = { is: 'vector', bytes: BLOCK_BYTES };
const numbersOnly: Slots = {};
const keyValue: Slots = { 0: text, 1: text };
const metadata: Shape = { is: 'tables', slots: () => keyValue };

const TIMESTAMP = 10;
const UNION = 14;
const types: { readonly [type: number]: Slots } = {
  [TIMESTAMP]: { 1: text },
  [UNION]: { 1: { is: 'vector', bytes: 4 } },
};

const dictionary: Slots = { 1: { is: 'table', slots: () => numbersOnly } };

const field: Slots = {
  0: text,
  3: { is: 'union', slots: (type) => types[type] ?? numbersOnly },
  4: { is: 'table', slots: () => dictionary },
  5: { is: 'tables', slots: () => field },
  6: metadata,
};

const schema: Slots = { 1: { is: 'tables', slots: () => field }, 2: metadata, 3: numbers64 };

const recordBatch: Slots = { 1: pairs, 2: pairs, 3: { is: 'table', slots: () => numbersOnly }, 4: numbers64 };

const headers: { readonly [kind: number]: Slots } = {
  1: schema,
  2: { 1: { is: 'table', slots: () => recordBatch } },
  3: recordBatch,
};

export const messageSlots: Slots = { 2: { is: 'union', slots: (kind) => headers[kind] }, 4: metadata };

/** The slot of the footer that holds the schema. */
export const FOOTER_SCHEMA = 1;

export const footerSlots: Slots = {
  1: { is: 'table', slots: () => schema },
  2: blocks,
  3: blocks,
  4: metadata,
};
