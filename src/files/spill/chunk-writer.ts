import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { Data, Schema, Vector } from 'apache-arrow';
import { type Allocate, asBytes, concatData, describeType, type WireType } from '../../arrow/index.js';
import { writeViews } from './file-bytes.js';
import { openEachTime } from './open-files.js';
import {
  allocatePrivate,
  type BufferSink,
  type StoredBuffer,
  type StoredData,
  storeRows,
  storeWhole,
  viewName,
} from './stored-data.js';

/** The rows of a unit that belong to one bucket, as the bucket's file describes them. */
export interface ChunkHeader {
  readonly numRows: number;
  /** row -> its place in the bucket. */
  readonly places: StoredBuffer;
  /** row -> its number in the data set, where somebody will ask. */
  readonly rows?: StoredBuffer;
  readonly columns: readonly StoredColumn[];
}

/** Positions count from the beginning of the chunk. */
export interface StoredColumn {
  /** The type, if it is not that of the table: joining dictionaries may widen their indices. */
  readonly type?: WireType;
  readonly data: StoredData;
}

/** The order of the rows of a chunk, as its header tells it. */
export interface ChunkOrder {
  readonly places: Int32Array;
  readonly rows?: Int32Array;
}

/** The place of a chunk in the file of its bucket. */
export interface ChunkPlace {
  readonly bucket: number;
  readonly at: number;
  /** Bytes before the header. */
  readonly bytes: number;
  readonly headerBytes: number;
}

/** The files of a spill: one for each bucket, and one for dictionaries. */
export interface SpillFiles {
  readonly folder: string;
  /**
   * The bytes that are given away: of the dictionaries, then of each bucket. Lies in shared memory, so that
   * threads can append to one file.
   */
  readonly used: BigInt64Array;
}

export const bucketPath = (folder: string, bucket: number): string => join(folder, `${bucket}.rows`);
export const dictionaryPath = (folder: string): string => join(folder, 'dictionaries');

/** Writes views to a file that exists, one after the other, from `position` on. */
export type WriteBytes = (path: string, views: readonly ArrayBufferView[], position: number) => void;

const writeNow: WriteBytes = (path, views, position) =>
  openEachTime.use(path, (file) => writeViews(file, views, position));

/** Writes chunks. Each thread has its own. */
export class ChunkWriter {
  readonly #files: SpillFiles;
  readonly #schema: Schema | undefined;
  readonly #allocate: Allocate;
  readonly #writeBytes: WriteBytes;
  readonly #known = new WeakMap<Vector, StoredData>();
  /** Dictionaries by their content: row groups of a file mostly have equal ones. */
  readonly #stored = new Map<string, StoredData>();

  /**
   * @param schema the types of columns; without it, each chunk tells its own
   * @param allocate gives memory that is needed until a chunk is written
   * @param writeBytes may keep the views, and write them before the memory is used again
   */
  constructor(
    files: SpillFiles,
    schema?: Schema,
    allocate: Allocate = allocatePrivate,
    writeBytes: WriteBytes = writeNow,
  ) {
    this.#writeBytes = writeBytes;
    this.#files = files;
    this.#schema = schema;
    this.#allocate = allocate;
  }

  /** Writes rows `from` to `from + places.length - 1` of columns. */
  write(bucket: number, columns: readonly Data[], from: number, { places, rows }: ChunkOrder): ChunkPlace {
    const views: ArrayBufferView[] = [];
    const sink = sinkOf(views, (dictionary) => this.#dictionary(dictionary), this.#allocate);
    const header: ChunkHeader = {
      numRows: places.length,
      places: sink.put(places),
      rows: rows && sink.put(rows),
      columns: columns.map((data, k): StoredColumn => {
        const stored = storeRows(data, from, places.length, sink);
        const isWidened = data.type !== this.#schema?.fields[k].type;
        return isWidened ? { type: describeType(data.type), data: stored } : { data: stored };
      }),
    };
    const bytes = sink.size();
    const head = serialize(header);
    views.push(head);
    const at = this.#append(bucketPath(this.#files.folder, bucket), bucket + 1, views, bytes + head.length);
    return { bucket, at, bytes, headerBytes: head.length };
  }

  #dictionary(dictionary: Vector): StoredData {
    const known = this.#known.get(dictionary);
    if (known) return known;
    const views: ArrayBufferView[] = [];
    const sink = sinkOf(views, (inner) => this.#dictionary(inner), this.#allocate);
    const stored = storeWhole(concatData(dictionary.type, dictionary.data, this.#allocate), sink);
    const content = createHash('sha1').update(JSON.stringify(stored));
    for (const view of views) content.update(asBytes(view));
    const key = content.digest('base64');
    let found = this.#stored.get(key);
    if (found === undefined) {
      const at = this.#append(dictionaryPath(this.#files.folder), 0, views, sink.size());
      found = movedBy(stored, at);
      this.#stored.set(key, found);
    }
    this.#known.set(dictionary, found);
    return found;
  }

  /** Writes views to a place of their own in a file, and returns where it begins. */
  #append(path: string, file: number, views: readonly ArrayBufferView[], bytes: number): number {
    const at = Number(Atomics.add(this.#files.used, file, BigInt(aligned(bytes))));
    this.#writeBytes(path, views, at);
    return at;
  }
}

const ALIGNMENT = 8;
const PADDING = new Uint8Array(ALIGNMENT);

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Collects buffers in `views`, each where any view may begin. */
function sinkOf(views: ArrayBufferView[], putDictionary: BufferSink['putDictionary'], allocate: Allocate) {
  let at = 0;
  return {
    put(view: ArrayBufferView): StoredBuffer {
      const place: StoredBuffer = [at, view.byteLength, viewName(view)];
      const padding = aligned(view.byteLength) - view.byteLength;
      views.push(view);
      if (padding > 0) views.push(PADDING.subarray(0, padding));
      at += view.byteLength + padding;
      return place;
    },
    putDictionary,
    allocate,
    size: () => at,
  };
}

/** Returns a stored column with positions that count from the beginning of its file. */
function movedBy(stored: StoredData, distance: number): StoredData {
  const moved = ([at, byteLength, elements]: StoredBuffer): StoredBuffer => [
    at + distance,
    byteLength,
    elements,
  ];
  return {
    ...stored,
    buffers: stored.buffers.map((buffer) => buffer && moved(buffer)),
    children: stored.children.map((child) => movedBy(child, distance)),
    variadic: stored.variadic.map(moved),
  };
}
