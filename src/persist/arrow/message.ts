import { type Message, type MessageHeader, MessageReader, MetadataVersion } from 'apache-arrow';
import { checkFlatbuffer } from './flatbuffer.js';
import { messageSlots } from './shapes.js';
import { refuseBigEndian } from './supported.js';

/*
 * One message of Arrow data: the length of its metadata, the metadata, and its body. apache-arrow trusts
 * lengths and offsets, and loops for ever when a bit of them has changed. So they are checked here before it
 * reads anything.
 */

/** The file or stream ends too early. */
export class TornError extends RangeError {}

/** The metadata of a batch, which apache-arrow does not export by its name. */
export type BatchHeader = ReturnType<Message<MessageHeader.RecordBatch>['header']>;

/** The place and kind of a message that can be read, or of the mark of the end. */
export interface Framed {
  readonly kind: 'schema' | 'dictionary' | 'batch' | 'other' | 'end';
  /** The metadata of a dictionary or a batch. */
  readonly batch?: BatchHeader;
  /** The id of a dictionary, and whether it adds values to the one before. */
  readonly dictionary?: { readonly id: number; readonly isDelta: boolean };
  /** Unions have a bitmap of nulls, as they had before Arrow 1.0. */
  readonly hasUnionBitmaps?: boolean;
  /** The position where the metadata begins, behind its length. */
  readonly metadata: number;
  /** The position where the body begins. */
  readonly body: number;
  /** The position where the next message begins. */
  readonly end: number;
}

export const CONTINUATION = -1;
/** The slot of a message that holds its schema, dictionary or batch. */
export const HEADER = 2;

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads the message at a position. Throws a RangeError if there is none, or if it leads beyond `to`. */
export function messageAt(bytes: Uint8Array, at: number, to: number): Framed {
  const view = viewOf(bytes);
  if (at + 4 > to) throw new TornError();
  // Files of Arrow before 0.15 have the length without the mark.
  const prefix = view.getInt32(at, true) === CONTINUATION ? 8 : 4;
  if (at + prefix > to) throw new TornError();
  const length = view.getInt32(at + prefix - 4, true);
  const body = at + prefix + length;
  if (length === 0) return { kind: 'end', metadata: body, body, end: body };
  if (length < 0) throw new RangeError('its metadata is damaged');
  if (body > to) throw new TornError();
  checkFlatbuffer(bytes.subarray(at + prefix, body), messageSlots);
  const metadata = at + prefix;
  const message = new MessageReader(bytes.subarray(at, body)).next().value as Message;
  const end = body + message.bodyLength;
  if (end < body) throw new RangeError('its metadata is damaged');
  if (end > to) throw new TornError();
  if (message.isSchema()) {
    refuseBigEndian(viewOf(bytes.subarray(at + prefix, body)), HEADER);
    return { kind: 'schema', metadata, body, end };
  }
  const hasUnionBitmaps = message.version < MetadataVersion.V5;
  if (message.isRecordBatch()) {
    return {
      kind: 'batch',
      batch: checkBatch(message.header(), end - body),
      hasUnionBitmaps,
      metadata,
      body,
      end,
    };
  }
  if (!message.isDictionaryBatch()) return { kind: 'other', metadata, body, end };
  const { id, isDelta, data } = message.header();
  const batch = checkBatch(data, end - body);
  checkHeads(batch, [0]);
  return { kind: 'dictionary', batch, dictionary: { id, isDelta }, hasUnionBitmaps, metadata, body, end };
}

function checkBatch(batch: BatchHeader, bodyLength: number): BatchHeader {
  const isWithin = ({ offset, length }: { offset: number; length: number }) =>
    offset >= 0 && length >= 0 && offset + length <= bodyLength;
  if (batch.nodes.every((node) => node.length >= 0) && batch.buffers.every(isWithin)) return batch;
  throw new RangeError('the metadata of a batch is damaged');
}

/** Throws if the columns that begin at these nodes are not as long as the batch. */
export function checkHeads({ nodes, length }: BatchHeader, heads: readonly number[]): void {
  if (heads.every((at) => nodes[at]?.length === length)) return;
  throw new RangeError('the columns of a batch are not of its length');
}
