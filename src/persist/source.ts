import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { brotliDecompressSync, crc32 } from 'node:zlib';
import { type CompressionMethod, decompressor, methodOfMagic } from './compression.js';
import { badFile, MAGIC } from './format.js';

/** A file that is read from its beginning to its end, compressed or not. */
export interface Source {
  /**
   * Fills `target` with the next bytes. Returns how many it read: fewer than asked for only at the end of the
   * file.
   */
  read(target: Uint8Array): Promise<number>;
  /**
   * The number of calls of `read` that may run at once, each for the bytes behind those of the one before.
   */
  readonly mostReads: number;
  /** Bytes of the content, if they are known. */
  readonly size?: number;
  close(): Promise<void>;
}

/** Bytes read at a time. A piece is checked while others are read, which makes the check free. */
const CHECKED_BYTES = 4 * 1024 * 1024;

/** Fills `target` and returns its CRC-32; undefined if the file ends before. */
export async function readChecked(source: Source, target: Uint8Array): Promise<number | undefined> {
  const reading: Promise<number>[] = [];
  let asked = 0;
  let crc = 0;
  try {
    for (let from = 0; from < target.byteLength; from += CHECKED_BYTES) {
      for (; reading.length < source.mostReads && asked < target.byteLength; asked += CHECKED_BYTES) {
        reading.push(source.read(target.subarray(asked, asked + CHECKED_BYTES)));
      }
      const chunk = target.subarray(from, from + CHECKED_BYTES);
      const bytes = await reading[0];
      reading.shift();
      if (bytes < chunk.byteLength) return undefined;
      crc = crc32(chunk, crc);
    }
    return crc;
  } finally {
    // Keeps the file open until no read uses it any more.
    await Promise.allSettled(reading);
  }
}

/**
 * Opens a file. The first bytes tell how it is compressed, except for brotli; `named` is what the file's
 * ending says.
 */
export async function openSource(path: string, named: CompressionMethod | undefined): Promise<Source> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(4096);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const begin = start.subarray(0, bytesRead);
    const method = methodOf(begin, named);
    if (!method) return new FileSource(file, (await file.stat()).size, begin);
    // Reads the open file, not the path again, where another process may put another file at any time.
    return new StreamSource(path, file, decompressor(method));
  } catch (error) {
    await file.close().catch(() => {});
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw badFile(path, 'it is a folder', error);
    throw error;
  }
}

function methodOf(start: Buffer, named: CompressionMethod | undefined): CompressionMethod | undefined {
  const known = methodOfMagic(start);
  if (known) return known;
  if (start.toString('latin1', 0, MAGIC.length) === MAGIC || start.length === 0) return undefined;
  return named === 'brotli' || isBrotliDump(start) ? 'brotli' : undefined;
}

/** Returns whether this is a dump in brotli without its ending. Decompresses the beginning to tell. */
function isBrotliDump(start: Buffer): boolean {
  try {
    const finishFlush = 1; // BROTLI_OPERATION_FLUSH: that the rest is missing is no error
    const inside = brotliDecompressSync(start, { finishFlush });
    return inside.toString('latin1', 0, MAGIC.length) === MAGIC;
  } catch {
    return false;
  }
}

/** Bytes read in advance for small pieces. Large pieces go straight from the file to their place. */
const AHEAD_BYTES = 256 * 1024;
/** Systems read at most 2 GiB in one call. */
const MAX_BYTES = 2 ** 30;

class FileSource implements Source {
  /** Most of the time of a read goes into the first touch of fresh memory, which threads share. */
  readonly mostReads = 3;
  #ahead: Buffer;
  #position: number;

  /** `begin` has the first bytes, already read. A short header needs no others. */
  constructor(
    private readonly file: FileHandle,
    readonly size: number,
    begin: Buffer,
  ) {
    this.#ahead = begin;
    this.#position = begin.length;
  }

  async read(target: Uint8Array): Promise<number> {
    let done = this.#take(target);
    if (target.byteLength - done < AHEAD_BYTES) {
      if (done < target.byteLength) {
        const ahead = Buffer.allocUnsafeSlow(AHEAD_BYTES);
        this.#ahead = ahead.subarray(0, await this.#fill(ahead));
        done += this.#take(target.subarray(done));
      }
      return done;
    }
    return done + (await this.#fill(target.subarray(done)));
  }

  #take(target: Uint8Array): number {
    const bytes = Math.min(target.byteLength, this.#ahead.length);
    target.set(this.#ahead.subarray(0, bytes));
    this.#ahead = this.#ahead.subarray(bytes);
    return bytes;
  }

  /** Reads the next bytes. They are this call's own at once, so that others may run beside it. */
  async #fill(target: Uint8Array): Promise<number> {
    const begin = this.#position;
    this.#position += target.byteLength;
    let done = 0;
    while (done < target.byteLength) {
      const length = Math.min(target.byteLength - done, MAX_BYTES);
      const { bytesRead } = await this.file.read(target, done, length, begin + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

class StreamSource implements Source {
  readonly mostReads = 1;
  readonly #chunks: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    inside: NodeJS.ReadWriteStream,
  ) {
    const content = file.createReadStream({ start: 0, highWaterMark: 1024 * 1024, autoClose: false });
    const stream = pipeline(content, inside, () => {
      // Prevents an unhandled error: the iterator throws the same one.
    });
    this.#chunks = (stream as unknown as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async read(target: Uint8Array): Promise<number> {
    let done = 0;
    while (done < target.byteLength) {
      if (this.#left.length === 0 && !(await this.#next())) break;
      const bytes = Math.min(this.#left.length, target.byteLength - done);
      target.set(this.#left.subarray(0, bytes), done);
      this.#left = this.#left.subarray(bytes);
      done += bytes;
    }
    return done;
  }

  async #next(): Promise<boolean> {
    try {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      this.#left = value;
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).syscall) throw cause;
      throw badFile(
        this.path,
        `its compressed content is torn or damaged (${(cause as Error).message})`,
        cause,
      );
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
    await this.file.close();
  }
}
