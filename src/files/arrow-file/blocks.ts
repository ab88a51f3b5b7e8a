import { RecordBatchReader, type Schema } from 'apache-arrow';
import {
  BLOCK_BYTES,
  checkFlatbuffer,
  elementsOf,
  FOOTER_SCHEMA,
  type Framed,
  footerSlots,
  messageAt,
  refuseBigEndian,
  TornError,
} from '../../persist/index.js';
import type { OpenFile } from '../format.js';

/*
 * Finds the schema, the dictionaries and the batches of Arrow data without reading the batches: by the footer
 * of a file, or by the lengths in front of the messages of a stream.
 */

/** The place of a message in the file. */
export interface Block {
  readonly at: number;
  /** Bytes of the message's metadata, with its length. */
  readonly metadataBytes: number;
}

/**
 * A block of rows. `numDictionaries` counts the dictionary messages that apply to it: all of a file, those
 * before the block in a stream.
 */
export interface BatchBlock extends Block {
  readonly bodyBytes: number;
  readonly numRows: number;
  readonly numDictionaries: number;
}

export interface Blocks {
  readonly schema: Schema;
  readonly dictionaries: readonly Block[];
  readonly batches: readonly BatchBlock[];
}

const MAGIC = 'ARROW1';
/** 'ARROW1' and two bytes of padding. */
const FILE_START = 8;
/** The length of the footer and 'ARROW1'. */
const FILE_END = 10;
const FIRST_READ = 16 * 1024;
/** The slots of the footer that list blocks. */
const DICTIONARIES = 2;
const BATCHES = 3;

export async function findBlocks(file: OpenFile): Promise<Blocks> {
  const start = await file.read(0, Math.min(file.size, FILE_START));
  if (!textOf(start).startsWith(MAGIC)) return findInStream(file);
  const last = Math.min(file.size, FIRST_READ);
  const end = await file.read(file.size - last, last);
  if (file.size < FILE_START + FILE_END || textOf(end.subarray(-MAGIC.length)) !== MAGIC)
    throw new TornError();
  const length = viewOf(end).getInt32(last - FILE_END, true);
  const from = file.size - FILE_END - length;
  if (length <= 0 || from < FILE_START) throw new RangeError('its footer is damaged');
  const isRead = length + FILE_END <= last;
  const footer = isRead
    ? end.slice(last - FILE_END - length, last - FILE_END)
    : await file.read(from, length);
  checkFlatbuffer(footer, footerSlots);
  refuseBigEndian(viewOf(footer), FOOTER_SCHEMA);
  const dictionaries = blocksOf(footer, DICTIONARIES, from);
  const batches: BatchBlock[] = [];
  for (const block of blocksOf(footer, BATCHES, from)) {
    // The footer does not tell how many rows a batch has.
    const { batch } = (await readBlock(file, block)).framed;
    if (!batch) throw new RangeError('its footer names other batches than are in it');
    batches.push({ ...block, numRows: batch.length, numDictionaries: dictionaries.length });
  }
  return { schema: schemaOfFooter(footer), dictionaries, batches };
}

function blocksOf(footer: Uint8Array, slot: number, end: number) {
  const view = viewOf(footer);
  return elementsOf(view, slot, BLOCK_BYTES).map((place) => {
    const at = Number(view.getBigInt64(place, true));
    const metadataBytes = view.getInt32(place + 8, true);
    const bodyBytes = Number(view.getBigInt64(place + 16, true));
    if (at < FILE_START || metadataBytes <= 0 || bodyBytes < 0 || at + metadataBytes + bodyBytes > end) {
      throw new RangeError('its footer is damaged');
    }
    return { at, metadataBytes, bodyBytes };
  });
}

/** Reads the schema from a file that has this footer and no blocks. */
function schemaOfFooter(footer: Uint8Array): Schema {
  const file = Buffer.alloc(FILE_START + footer.length + FILE_END);
  const copy = file.subarray(FILE_START, FILE_START + footer.length);
  copy.set(footer);
  for (const slot of [DICTIONARIES, BATCHES]) {
    const [first] = elementsOf(viewOf(footer), slot, BLOCK_BYTES);
    // The count stands before the first element.
    if (first !== undefined) copy.writeUInt32LE(0, first - 4);
  }
  file.write(MAGIC, 0, 'latin1');
  file.writeInt32LE(footer.length, file.length - FILE_END);
  file.write(MAGIC, file.length - MAGIC.length, 'latin1');
  return RecordBatchReader.from(file).open().schema;
}

async function findInStream(file: OpenFile): Promise<Blocks> {
  const dictionaries: Block[] = [];
  const batches: BatchBlock[] = [];
  let schema: Schema | undefined;
  let isEnded = false;
  for (let at = 0; at < file.size; ) {
    const { metadata, framed } = await readMessage(file, at);
    const block = { at, metadataBytes: metadata.length };
    const { kind, batch, body, end } = framed;
    isEnded = kind === 'end' || kind === 'batch';
    if (kind === 'schema' && schema === undefined) schema = RecordBatchReader.from(metadata).open().schema;
    else if (kind === 'dictionary') dictionaries.push(block);
    else if (kind === 'batch' && batch && schema) {
      const { length: numRows } = batch;
      const numDictionaries = dictionaries.length;
      batches.push({ ...block, bodyBytes: end - body, numRows, numDictionaries });
    } else if (kind !== 'end') throw new RangeError('it has messages of a kind that has no meaning there');
    at = end;
    if (kind === 'end') break;
  }
  if (schema === undefined || !isEnded) throw new TornError();
  return { schema, dictionaries, batches };
}

/** Reads the metadata of a message whose length is not known. Positions are those in the file. */
export async function readMessage(
  file: OpenFile,
  at: number,
): Promise<{ metadata: Uint8Array; framed: Framed }> {
  const prefix = viewOf(await file.read(at, Math.min(8, file.size - at)));
  if (prefix.byteLength < 4) throw new TornError();
  const isMarked = prefix.getInt32(0, true) === -1;
  if (isMarked && prefix.byteLength < 8) throw new TornError();
  const length = isMarked ? 8 + prefix.getInt32(4, true) : 4 + prefix.getInt32(0, true);
  return readBlock(file, { at, metadataBytes: Math.max(length, prefix.byteLength) });
}

/** Reads the metadata of a message. Positions in it are those in the file. */
export async function readBlock(
  file: OpenFile,
  { at, metadataBytes }: Block,
): Promise<{ metadata: Uint8Array; framed: Framed }> {
  if (at + metadataBytes > file.size) throw new TornError();
  const metadata = await file.read(at, metadataBytes);
  const framed = messageAt(metadata, 0, file.size - at);
  const moved = { metadata: at + framed.metadata, body: at + framed.body, end: at + framed.end };
  return { metadata, framed: { ...framed, ...moved } };
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
