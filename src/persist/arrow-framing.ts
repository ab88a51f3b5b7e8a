import {
  type DataType,
  type Field,
  type Message,
  type MessageHeader,
  MessageReader,
  type Schema,
  Type,
} from 'apache-arrow';
import { BLOCK_BYTES, footerSlots, messageSlots } from './arrow-shapes.js';
import { checkFlatbuffer, elementsOf } from './flatbuffer.js';

/*
 * Arrow files have no checksums, and apache-arrow takes lengths and offsets as they come: a changed bit makes it loop for ever, and
 * a file cut between two batches has fewer rows. What can be told of that is told here, before it reads anything.
 */

/** What ends before it should. */
export class TornError extends RangeError {}

/** 'ARROW1' and two bytes of padding. */
const FILE_START = 8;
/** The length of the footer and 'ARROW1'. */
const FILE_END = 10;

/** Throws a RangeError where messages lead out of the stream, or what follows them is no end. Gives its batches. */
export function checkStream(bytes: Uint8Array): readonly BatchHeader[] {
  const { hasSchema, isEnded, batches, end } = walk(bytes, 0, bytes.byteLength);
  if (!hasSchema || !isEnded) throw new TornError();
  if (bytes.subarray(end).some((byte) => byte !== 0)) throw new RangeError('something follows its end');
  return [...batches.values()];
}

/** The same for a file: its footer must name exactly the batches that are in it. */
export function checkFile(bytes: Uint8Array): readonly BatchHeader[] {
  const end = bytes.byteLength - FILE_END;
  const length = viewOf(bytes).getInt32(end, true);
  const start = end - length;
  if (length <= 0 || start < FILE_START) throw new RangeError('its footer is damaged');
  const footer = bytes.subarray(start, end);
  checkFlatbuffer(footer, footerSlots);
  const { dictionaries, batches } = walk(bytes, FILE_START, start);
  const isNamed = [dictionaries, batches].every((found, which) => {
    const view = viewOf(footer);
    const blocks = elementsOf(view, which + 2, BLOCK_BYTES).map((at) => Number(view.getBigInt64(at, true)));
    return (
      blocks.length === found.size &&
      new Set(blocks).size === found.size &&
      blocks.every((at) => found.has(at))
    );
  });
  if (!isNamed) throw new RangeError('its footer names other batches than are in it');
  return [...batches.values()];
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What is found of each kind, by where it is. */
interface Messages {
  readonly dictionaries: ReadonlyMap<number, BatchHeader>;
  readonly batches: ReadonlyMap<number, BatchHeader>;
  /** apache-arrow leaves it out of files, which have it in the footer. */
  readonly hasSchema: boolean;
  /** By the mark of the end, or by a batch: that writers leave the mark out is allowed. */
  readonly isEnded: boolean;
  readonly end: number;
}

const CONTINUATION = -1;

function walk(bytes: Uint8Array, from: number, to: number): Messages {
  const view = viewOf(bytes);
  const dictionaries = new Map<number, BatchHeader>();
  const batches = new Map<number, BatchHeader>();
  let hasSchema = false;
  let isEnded = false;
  let at = from;
  while (at < to) {
    if (at + 4 > to) throw new TornError();
    // Files of Arrow before 0.15 have only the length.
    const prefix = view.getInt32(at, true) === CONTINUATION ? 8 : 4;
    if (at + prefix > to) throw new TornError();
    const length = view.getInt32(at + prefix - 4, true);
    const body = at + prefix + length;
    if (length === 0) {
      at = body;
      isEnded = true;
      break;
    }
    if (length < 0) throw new RangeError('its metadata is damaged');
    if (body > to) throw new TornError();
    checkFlatbuffer(bytes.subarray(at + prefix, body), messageSlots);
    const message = new MessageReader(bytes.subarray(at, body)).next().value as Message;
    const end = body + message.bodyLength;
    if (end < body) throw new RangeError('its metadata is damaged');
    if (end > to) throw new TornError();
    if (message.isSchema() && at === from) hasSchema = true;
    else if (message.isDictionaryBatch()) {
      const batch = checkBatch(message.header().data, end - body);
      checkHeads(batch, [0]);
      dictionaries.set(at, batch);
    } else if (message.isRecordBatch()) batches.set(at, checkBatch(message.header(), end - body));
    else throw new RangeError('it has messages of a kind that has no meaning there');
    isEnded = message.isRecordBatch();
    at = end;
  }
  return { dictionaries, batches, hasSchema, isEnded, end: at };
}

/** What apache-arrow calls RecordBatch in its metadata, and does not export by that name. */
type BatchHeader = ReturnType<Message<MessageHeader.RecordBatch>['header']>;

function checkBatch(batch: BatchHeader, bodyLength: number): BatchHeader {
  const isWithin = ({ offset, length }: { offset: number; length: number }) =>
    offset >= 0 && length >= 0 && offset + length <= bodyLength;
  if (batch.nodes.every((node) => node.length >= 0) && batch.buffers.every(isWithin)) return batch;
  throw new RangeError('the metadata of a batch is damaged');
}

/** Throws where a column is not as long as its batch: apache-arrow would fill it up with nulls. */
export function checkLengths({ fields }: Schema, batches: readonly BatchHeader[]): void {
  const heads = headNodes(fields);
  for (const batch of batches) checkHeads(batch, heads);
}

function checkHeads({ nodes, length }: BatchHeader, heads: readonly number[]): void {
  if (heads.every((at) => nodes[at]?.length === length)) return;
  throw new RangeError('the columns of a batch are not of its length');
}

/** Which nodes are those of whole columns: each type has one, and one for each type inside. */
function headNodes(fields: readonly Field[]): number[] {
  let next = 0;
  return fields.map(({ type }) => {
    const at = next;
    next += nodesOf(type);
    return at;
  });
}

function nodesOf(type: DataType): number {
  if (type.typeId === Type.Dictionary) return 1;
  return (type.children ?? []).reduce((sum, field) => sum + nodesOf(field.type), 1);
}
