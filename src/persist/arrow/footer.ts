import { checkFlatbuffer, elementsOf } from './flatbuffer.js';
import { CONTINUATION, type Framed, messageAt, viewOf } from './message.js';
import { BLOCK_BYTES, FOOTER_SCHEMA, footerSlots } from './shapes.js';
import { refuseBigEndian } from './supported.js';

/*
 * Readers of an Arrow file start at its footer, which has the schema and says where dictionaries and batches
 * are. The format prescribes nothing else in the file: apache-arrow leaves out the schema in front, and
 * polars since 1.44 writes it without its length.
 */

/** 'ARROW1' and two bytes of padding. */
const FILE_START = 8;
/** The length of the footer and 'ARROW1'. */
const FILE_END = 10;

const DICTIONARIES = 2;
const BATCHES = 3;

/**
 * Returns the batches. Throws a RangeError if the footer, or what it names, cannot be read, and if the file
 * has batches that the footer does not name or names twice: apache-arrow would return fewer rows, or more,
 * without an error.
 */
export function checkFile(bytes: Uint8Array): readonly Framed[] {
  const end = bytes.byteLength - FILE_END;
  const length = viewOf(bytes).getInt32(end, true);
  const start = end - length;
  if (length <= 0 || start < FILE_START) throw new RangeError('its footer is damaged');
  const footer = bytes.subarray(start, end);
  checkFlatbuffer(footer, footerSlots);
  refuseBigEndian(viewOf(footer), FOOTER_SCHEMA);
  const named = (slot: number, kind: Framed['kind']) =>
    blocksOf(footer, slot).map((at) => ({ at, framed: namedAt(bytes, at, start, kind) }));
  const batches = named(BATCHES, 'batch');
  const inOrder = [...named(DICTIONARIES, 'dictionary'), ...batches].sort((a, b) => a.at - b.at);
  let next = FILE_START;
  for (const { at, framed } of inOrder) {
    if (at < next || hasRows(bytes, next, at)) throw otherBatches();
    next = framed.end;
  }
  if (hasRows(bytes, next, start)) throw otherBatches();
  return batches.map(({ framed }) => framed);
}

const otherBatches = () => new RangeError('its footer names other batches than are in it');

/**
 * Returns the positions of the blocks of a kind. Reads no lengths here: apache-arrow takes them from the
 * messages.
 */
function blocksOf(footer: Uint8Array, slot: number): number[] {
  const view = viewOf(footer);
  return elementsOf(view, slot, BLOCK_BYTES).map((at) => Number(view.getBigInt64(at, true)));
}

function namedAt(bytes: Uint8Array, at: number, to: number, wanted: Framed['kind']): Framed {
  if (at < FILE_START || at >= to) throw otherBatches();
  const framed = messageAt(bytes, at, to);
  if (framed.kind !== wanted || !framed.batch) throw otherBatches();
  return framed;
}

/** Returns whether there is a dictionary or a batch between two positions. */
function hasRows(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const found = tryMessageAt(bytes, at, to);
    if (found?.batch) return true;
    at = found?.end ?? nextMark(bytes, at, to);
  }
  return false;
}

function tryMessageAt(bytes: Uint8Array, at: number, to: number): Framed | undefined {
  try {
    return messageAt(bytes, at, to);
  } catch {
    return undefined;
  }
}

/** Returns the next position where a message may begin. Messages are aligned. */
function nextMark(bytes: Uint8Array, after: number, to: number): number {
  const view = viewOf(bytes);
  for (let at = after + 4 - (after % 4); at + 8 <= to; at += 4) {
    if (view.getInt32(at, true) === CONTINUATION && view.getInt32(at + 4, true) > 0) return at;
  }
  return to;
}
