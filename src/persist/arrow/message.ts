import { type Message, type MessageHeader, MessageReader } from 'apache-arrow';
import { checkFlatbuffer } from './flatbuffer.js';
import { messageSlots } from './shapes.js';

/*
 * One message of Arrow data: the length of its metadata, the metadata, and its body. apache-arrow takes lengths and offsets as they come: a
 * changed bit makes it loop for ever. What can be told of that is told here, before it reads anything.
 */

/** What ends before it should. */
export class TornError extends RangeError {}

/** What apache-arrow calls RecordBatch in its metadata, and does not export by that name. */
export type BatchHeader = ReturnType<Message<MessageHeader.RecordBatch>['header']>;

/** A message that can be read, or the mark of the end. */
export interface Framed {
  readonly kind: 'schema' | 'dictionary' | 'batch' | 'other' | 'end';
  /** Of a dictionary or a batch. */
  readonly batch?: BatchHeader;
  /** Where the next one begins. */
  readonly end: number;
}

export const CONTINUATION = -1;

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Throws a RangeError where there is none, or where it leads beyond `to`. */
export function messageAt(bytes: Uint8Array, at: number, to: number): Framed {
  const view = viewOf(bytes);
  if (at + 4 > to) throw new TornError();
  // Files of Arrow before 0.15 have only the length.
  const prefix = view.getInt32(at, true) === CONTINUATION ? 8 : 4;
  if (at + prefix > to) throw new TornError();
  const length = view.getInt32(at + prefix - 4, true);
  const body = at + prefix + length;
  if (length === 0) return { kind: 'end', end: body };
  if (length < 0) throw new RangeError('its metadata is damaged');
  if (body > to) throw new TornError();
  checkFlatbuffer(bytes.subarray(at + prefix, body), messageSlots);
  const message = new MessageReader(bytes.subarray(at, body)).next().value as Message;
  const end = body + message.bodyLength;
  if (end < body) throw new RangeError('its metadata is damaged');
  if (end > to) throw new TornError();
  if (message.isSchema()) return { kind: 'schema', end };
  if (message.isRecordBatch()) return { kind: 'batch', batch: checkBatch(message.header(), end - body), end };
  if (!message.isDictionaryBatch()) return { kind: 'other', end };
  const batch = checkBatch(message.header().data, end - body);
  checkHeads(batch, [0]);
  return { kind: 'dictionary', batch, end };
}

function checkBatch(batch: BatchHeader, bodyLength: number): BatchHeader {
  const isWithin = ({ offset, length }: { offset: number; length: number }) =>
    offset >= 0 && length >= 0 && offset + length <= bodyLength;
  if (batch.nodes.every((node) => node.length >= 0) && batch.buffers.every(isWithin)) return batch;
  throw new RangeError('the metadata of a batch is damaged');
}

/** Throws where the columns that begin at these nodes are not as long as the batch. */
export function checkHeads({ nodes, length }: BatchHeader, heads: readonly number[]): void {
  if (heads.every((at) => nodes[at]?.length === length)) return;
  throw new RangeError('the columns of a batch are not of its length');
}
