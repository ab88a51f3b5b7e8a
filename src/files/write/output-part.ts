import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Schema } from 'apache-arrow';
import { allocateShared, type Batch, concatData, isSharedData, sliceBatch } from '../../arrow/index.js';
import type { OutputFile } from './output-format.js';
import { fitBatch } from './stored-schema.js';
import { appendError } from './write-error.js';

/** Bytes that are written in one call. */
const MOST_BUFFERS = 512;

/** One file while it is written, with the rows that wait for it. It is open only while bytes are added. */
export class OutputPart {
  readonly folder: string;
  readonly path: string;
  readonly file: OutputFile;
  #pending: Batch[] = [];
  #pendingRows = 0;
  #bytes = 0;
  readonly #within: string;
  #isMade = false;

  /** @param within the temporary folder, which is there unless the process is about to end */
  constructor(folder: string, path: string, within: string, file: OutputFile) {
    this.folder = folder;
    this.path = path;
    this.#within = within;
    this.file = file;
  }

  get pendingRows(): number {
    return this.#pendingRows;
  }

  /** Bytes that the file has so far. */
  get bytes(): number {
    return this.#bytes;
  }

  wait(batch: Batch): void {
    this.#pending.push(batch);
    this.#pendingRows += batch.numRows;
  }

  /** Takes up to `most` of the waiting rows, in one piece in shared memory. */
  take(most: number, schema: Schema): Batch {
    const taken: Batch[] = [];
    let numRows = 0;
    while (numRows < most && this.#pending.length > 0) {
      const [first] = this.#pending;
      const room = most - numRows;
      if (first.numRows <= room) {
        taken.push(first);
        this.#pending.shift();
      } else {
        taken.push(sliceBatch(first, 0, room));
        this.#pending[0] = sliceBatch(first, room, first.numRows);
      }
      numRows += Math.min(first.numRows, room);
    }
    this.#pendingRows -= numRows;
    return joined(taken, schema, numRows);
  }

  /** Takes all rows that wait, as they came. */
  takeAll(): Batch[] {
    const taken = this.#pending;
    this.#pending = [];
    this.#pendingRows = 0;
    return taken;
  }

  /** Makes the folders that lead to the file. */
  async makeFolder(): Promise<void> {
    await makeFolders(dirname(this.path), this.#within);
  }

  /** Adds bytes at the end of the file. */
  async append(buffers: readonly Uint8Array[], name: string, writtenBefore: number): Promise<number> {
    const total = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
    try {
      if (!this.#isMade) await this.makeFolder();
      const handle = await open(this.path, this.#isMade ? 'a' : 'wx');
      this.#isMade = true;
      try {
        for (let at = 0; at < buffers.length; at += MOST_BUFFERS) {
          await writeWhole(handle, buffers.slice(at, at + MOST_BUFFERS));
        }
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw appendError(name, error, writtenBefore, total);
    }
    this.#bytes += total;
    return total;
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

/** Writes all buffers. A system call may write less than it was given. */
async function writeWhole(handle: Handle, buffers: readonly Uint8Array[]): Promise<void> {
  let rest = buffers.filter(({ byteLength }) => byteLength > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest.map(atMost));
    const left: Uint8Array[] = [];
    for (const buffer of rest) {
      const done = Math.min(bytesWritten, buffer.byteLength);
      bytesWritten -= done;
      if (done < buffer.byteLength) left.push(buffer.subarray(done));
    }
    rest = left;
  }
}

/** Systems write at most two gigabytes at once. */
const atMost = (buffer: Uint8Array) => (buffer.byteLength > 2 ** 30 ? buffer.subarray(0, 2 ** 30) : buffer);

function joined(batches: readonly Batch[], schema: Schema, numRows: number): Batch {
  const fitted = batches.map((batch) => fitBatch(batch, schema));
  if (fitted.length === 1 && fitted[0].columns.every(isSharedData)) return fitted[0];
  const columns = schema.fields.map(({ type }, k) =>
    concatData(
      type,
      fitted.map((batch) => batch.columns[k]),
      allocateShared,
    ),
  );
  return { schema, columns, numRows };
}

/**
 * Makes the folders that lead from `within` to `path`. If that is removed meanwhile, this fails: at the end
 * of the process `mkdir` with `recursive` would make it again, and leave it.
 */
async function makeFolders(path: string, within: string): Promise<void> {
  if (path === within) return;
  await makeFolders(dirname(path), within);
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
