import { reportToGc } from '../arrow/index.js';
import { isApplyError } from '../errors.js';
import { shareTable } from '../frame/index.js';
import { checkOptions, type Rules } from '../options/index.js';
import { startsStream, viewOf } from './arrow/index.js';
import { ARROW_MAGIC, readArrow } from './arrow-file.js';
import { methodOfEnding } from './compression.js';
import { decode } from './encode.js';
import { filePath } from './file-path.js';
import { badFile, type Header, headerLength, PREFIX_BYTES, padding, readHeader, torn } from './format.js';
import { looksLike } from './looks-like.js';
import { PARQUET_MAGIC, readParquet } from './parquet.js';
import { openSource, readChecked, type Source } from './source.js';

/** Options of `load`. */
export interface LoadOptions {
  /**
   * `true` reads typed arrays and columns into shared memory, so that workers use them without a copy;
   * `false` into ordinary memory.
   * @default as it was when the value was dumped; ordinary memory for Arrow and Parquet files; tables of CSV
   *   files are always in shared memory
   */
  shared?: boolean;
}

const loadRules: Rules<LoadOptions> = { shared: [(value) => typeof value === 'boolean', 'true or false'] };

/** Reads a dump, or an Arrow, Feather or Parquet file. */
export async function loadFile(path: string | URL, options: LoadOptions): Promise<unknown> {
  checkOptions('load', options, loadRules);
  const name = filePath('load', path);
  const source = await openSource(name, methodOfEnding(name));
  try {
    return await readAny(source, name, options.shared);
  } finally {
    await source.close();
  }
}

async function readAny(source: Source, name: string, shared: boolean | undefined): Promise<unknown> {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  const start = prefix.subarray(0, await source.read(prefix));
  const length = headerLength(start, name);
  if (length !== undefined) {
    const header = await headerBehind(source, start, length, name);
    return readSections(source, header, name, shared);
  }
  const magic = start.toString('latin1', 0, 6);
  if (magic === ARROW_MAGIC || startsStream(viewOf(start))) {
    const table = readArrow(await readRest(source, start, shared === true), name);
    return shared ? shareTable(table) : table;
  }
  if (magic.startsWith(PARQUET_MAGIC)) {
    const table = await readParquet(await readRest(source, start, false), name);
    return shared ? shareTable(table) : table;
  }
  throw badFile(name, isBeginning(start) ? 'it ends in its first bytes' : looksLike(start));
}

const isBeginning = (start: Buffer) =>
  start.length > 0 && start.length < PREFIX_BYTES && 'APPLYPAR'.startsWith(start.toString('latin1', 0, 8));

async function headerBehind(source: Source, prefix: Buffer, length: number, name: string): Promise<Header> {
  if (source.size !== undefined && length > source.size) throw torn(name);
  const text = Buffer.alloc(length);
  if ((await source.read(text)) < length) throw torn(name);
  const header = readHeader(prefix, text, name);
  if (source.size !== undefined) {
    const whole = header.sections.reduce(
      (sum, [bytes]) => sum + bytes + padding(bytes),
      PREFIX_BYTES + length,
    );
    if (whole > source.size) throw torn(name);
    if (whole < source.size) throw tooLong(name);
  }
  return header;
}

const tooLong = (name: string) => badFile(name, 'there is more in it than was written');

/** Reads the header of a dump and nothing else. */
export async function readDumpHeader(path: string): Promise<Header> {
  return withDump(path, async (_source, header) => header);
}

/**
 * Reads the value of a dump; refuses other files that `load` reads. `check` throws if the header is not
 * the one that is wanted.
 */
export async function readDump(path: string, check: (header: Header) => void): Promise<unknown> {
  return withDump(path, async (source, header) => {
    check(header);
    return readSections(source, header, path, undefined);
  });
}

async function withDump<T>(path: string, body: (source: Source, header: Header) => Promise<T>): Promise<T> {
  const source = await openSource(path, undefined);
  try {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    const start = prefix.subarray(0, await source.read(prefix));
    const length = headerLength(start, path);
    if (length === undefined) throw badFile(path, looksLike(start));
    return await body(source, await headerBehind(source, start, length, path));
  } finally {
    await source.close();
  }
}

async function readSections(
  source: Source,
  header: Header,
  name: string,
  shared: boolean | undefined,
): Promise<unknown> {
  const { sections } = header;
  const wereShared = new Set(header.shared);
  const buffers: ArrayBufferLike[] = [];
  for (const [index, [byteLength, crc]] of sections.entries()) {
    const toShared = index > 1 && (shared ?? wereShared.has(index));
    const buffer = toShared ? new SharedArrayBuffer(byteLength) : new ArrayBuffer(byteLength);
    if (toShared) reportToGc(byteLength);
    const found = await readChecked(source, new Uint8Array(buffer));
    if (found === undefined) throw torn(name);
    if (found !== crc) throw badFile(name, 'its content is damaged');
    const gap = padding(byteLength);
    if ((await source.read(new Uint8Array(gap))) < gap) throw torn(name);
    buffers.push(buffer);
  }
  if ((await source.read(new Uint8Array(1))) > 0) throw tooLong(name);
  try {
    return await decode(header, buffers);
  } catch (cause) {
    if (isApplyError(cause)) throw cause;
    if (cause instanceof RangeError && /call stack/.test(cause.message)) {
      throw badFile(
        name,
        'it is nested deeper than the stack of this thread allows: start Node with a larger --stack-size, or read it in a worker with a larger stackSizeMb',
        cause,
      );
    }
    throw badFile(
      name,
      `this version of Node (${process.version}) does not understand it (${(cause as Error).message}); it may come from a newer one`,
      cause,
    );
  }
}

async function readRest(source: Source, start: Buffer, shared: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [start];
  let total = start.length;
  if (source.size !== undefined) {
    const size = Math.max(source.size, total);
    const bytes = new Uint8Array(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
    bytes.set(start);
    total += await source.read(bytes.subarray(total));
    return bytes.subarray(0, total);
  }
  for (;;) {
    const chunk = new Uint8Array(1024 * 1024);
    const bytes = await source.read(chunk);
    chunks.push(chunk.subarray(0, bytes));
    total += bytes;
    if (bytes < chunk.length) break;
  }
  const bytes = new Uint8Array(shared ? new SharedArrayBuffer(total) : new ArrayBuffer(total));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
