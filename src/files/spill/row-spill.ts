import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Data, type Field, Null, Schema, type Table } from 'apache-arrow';
import { type Batch, concatData, describeType } from '../../arrow/index.js';
import { slotsOf } from '../../combine/index.js';
import { chunkedColumn, scatterColumn } from '../../split/index.js';
import { makeTemporaryFolder, type TemporaryFolder } from '../../util/index.js';
import { Arena } from '../arena.js';
import { intoBuckets } from './buckets.js';
import { type BucketPlan, type BucketRange, loadColumn, readHeaders, readOrder } from './chunk-reader.js';
import {
  bucketPath,
  type ChunkHeader,
  type ChunkPlace,
  ChunkWriter,
  dictionaryPath,
  type SpillFiles,
  type StoredColumn,
  type WriteBytes,
} from './chunk-writer.js';
import { writeViewsAsync } from './file-bytes.js';
import { type LoadOptions, loadPlan } from './load-plan.js';
import { OpenFiles } from './open-files.js';
import { spillError } from './spill-error.js';
import { allocatePrivate } from './stored-data.js';

/** Rows that come in any order. */
export interface RowSpillPlan {
  readonly numRows: number;
  /** About how many bytes all rows take. */
  readonly bytes: number;
  /** About how many bytes may be read back at once. */
  readonly bucketBytes: number;
  /** The folder in which the files are. */
  readonly parent: string;
}

/** A chunk, and the piece that it is a part of. */
interface Chunk {
  readonly place: ChunkPlace;
  readonly piece: number;
}

/** Bytes that have their place in a file and are not written yet. */
type WaitingBytes = Parameters<WriteBytes>;

/** Each bucket is a file. */
const MOST_BUCKETS = 1024;

/** Rows in files by ranges of their numbers: they come in any order, and go in the order of the numbers. */
export class RowSpill {
  readonly #plan: RowSpillPlan;
  readonly #bounds: Int32Array;
  readonly #folder: TemporaryFolder;
  readonly #files: SpillFiles;
  readonly #opener = new OpenFiles();
  readonly #writer: ChunkWriter;
  readonly #arena = new Arena();
  #waiting: WaitingBytes[] = [];
  /** The columns of each piece. */
  readonly #pieces: (readonly Field[])[] = [];
  readonly #chunks: Chunk[][];

  private constructor(plan: RowSpillPlan, bounds: Int32Array, folder: TemporaryFolder) {
    this.#plan = plan;
    this.#bounds = bounds;
    this.#folder = folder;
    this.#chunks = Array.from({ length: bounds.length - 1 }, () => []);
    this.#files = { folder: folder.path, used: new BigInt64Array(bounds.length) };
    this.#writer = new ChunkWriter(this.#files, undefined, undefined, (...bytes) => {
      this.#waiting.push(bytes);
    });
  }

  /** Makes the files, which are empty. */
  static async open(plan: RowSpillPlan): Promise<RowSpill> {
    const { numRows, bytes, bucketBytes, parent } = plan;
    const count = Math.max(1, Math.min(MOST_BUCKETS, numRows, Math.ceil(bytes / bucketBytes)));
    const bounds = Int32Array.from({ length: count + 1 }, (_, k) => Math.round((numRows / count) * k));
    let folder: TemporaryFolder | undefined;
    try {
      folder = await makeTemporaryFolder(join(parent, 'apply-parallel-rows'));
      const { path } = folder;
      const paths = [dictionaryPath(path), ...Array.from({ length: count }, (_, k) => bucketPath(path, k))];
      for (const each of paths) await writeFile(each, '');
      return new RowSpill(plan, bounds, folder);
    } catch (error) {
      await folder?.remove();
      throw spillError(error, { parent, bytes: undefined }, 0);
    }
  }

  /**
   * Writes a table as a piece. Row `k` of it has the number rows[k]. Other work of this thread goes on
   * between columns and while files are written; the next piece, reading and removing must wait.
   */
  async add(table: Table, rows: Int32Array): Promise<void> {
    const { starts, targets, relative } = intoBuckets(rows, this.#bounds);
    const { fields } = table.schema;
    const piece = this.#pieces.push(fields) - 1;
    const { allocate } = this.#arena;
    try {
      const moved: Data[] = [];
      for (const k of fields.keys()) {
        await setImmediate();
        moved.push(scatterColumn(chunkedColumn(table, k), targets, rows.length, allocate));
      }
      for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
        const [from, to] = [starts[bucket], starts[bucket + 1]];
        if (from === to) continue;
        const order = { places: relative.subarray(from, to) };
        this.#chunks[bucket].push({ piece, place: this.#writer.write(bucket, moved, from, order) });
        await this.#writeWaiting();
      }
    } catch (error) {
      throw spillError(error, { parent: this.#plan.parent, bytes: undefined }, this.#bytes());
    } finally {
      this.#arena.reset();
    }
  }

  /** Writes the bytes of a chunk, and of dictionaries that are new with it. */
  async #writeWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [path, views, position] of waiting) {
      await this.#opener.useAsync(path, (file) => writeViewsAsync(file, views, position));
    }
  }

  /** Reads a column of a piece; its rows come in any order. */
  column(piece: number, k: number): Data {
    const field = this.#pieces[piece][k];
    const chunks = this.#chunks.flatMap((ofBucket, bucket) =>
      ofBucket.filter((chunk) => chunk.piece === piece).map(({ place }) => ({ bucket, place })),
    );
    const parts = chunks.map(({ bucket, place }) => {
      const { folder } = this.#files;
      const [header] = this.#opener.use(bucketPath(folder, bucket), (file) => readHeaders(file, [place]));
      const places = Int32Array.from({ length: header.numRows }, (_, row) => row);
      const plan = { folder, bucket, places, length: places.length, at: [place.at] };
      return loadColumn({ ...plan, columns: [[header.columns[k]]] }, 0, new Schema([field]), this.#opener);
    });
    return concatData(field.type, parts, allocatePrivate);
  }

  /** Returns runs of rows that are read at once, in order. To be called when all rows are there. */
  ranges(): (BucketRange & { readonly numRows: number })[] {
    return this.#chunks.flatMap((_, bucket) => {
      const length = this.#bounds[bucket + 1] - this.#bounds[bucket];
      const wanted = Math.ceil(Number(this.#files.used[bucket + 1]) / this.#plan.bucketBytes);
      const count = Math.max(1, Math.min(length, wanted));
      return Array.from({ length: count }, (_, k) => {
        const [from, to] = [k, k + 1].map((each) => Math.round((length / count) * each));
        return { bucket, from, to, numRows: to - from };
      });
    });
  }

  /** Reads rows in the order of their numbers. Those that were not added, and columns they lack, are null. */
  load(range: BucketRange, schema: Schema, options: LoadOptions): Promise<Batch> {
    const bytes = Number(this.#files.used[range.bucket + 1]);
    const opener = this.#opener;
    return loadPlan(this.#planOf(range, schema), schema, bytes, { ...options, opener });
  }

  /** Removes the rows of a bucket. */
  async drop(bucket: number): Promise<void> {
    this.#chunks[bucket] = [];
    const path = bucketPath(this.#folder.path, bucket);
    this.#opener.close(path);
    await rm(path, { force: true });
  }

  /** Removes all files. */
  remove(): Promise<void> {
    this.#opener.closeAll();
    return this.#folder.remove();
  }

  #bytes(): number {
    return this.#files.used.reduce((sum, bytes) => sum + Number(bytes), 0);
  }

  #planOf({ bucket, from, to }: BucketRange, schema: Schema): BucketPlan {
    const { folder } = this.#files;
    const chunks = this.#chunks[bucket];
    const places = chunks.map(({ place }) => place);
    const length = to - from;
    return this.#opener.use(bucketPath(folder, bucket), (file) => {
      const headers = readHeaders(file, places);
      const { order, missing } = withMissing(
        readOrder(file, places, headers, 'places', length),
        length,
        from,
      );
      const slotsOfPieces = this.#pieces.map(
        (fields) => new Map(slotsOf(fields).map((slot, k) => [slot, k])),
      );
      const columns = slotsOf(schema.fields).map((slot) => {
        const stored = headers.map((header: ChunkHeader, chunk): StoredColumn => {
          const k = slotsOfPieces[chunks[chunk].piece].get(slot);
          return k === undefined ? nulls(header.numRows) : header.columns[k];
        });
        return missing > 0 ? [...stored, nulls(missing)] : stored;
      });
      const at = [...places.map((place) => place.at), 0];
      return { folder, bucket, places: order, length, at, columns, isCast: true };
    });
  }
}

/**
 * Makes the places of rows count from the first of a range, and gives those that no row has to rows after the
 * others.
 *
 * @param all places in a bucket, and room for `length` more
 */
function withMissing(all: Int32Array, length: number, from: number) {
  const known = all.length - length;
  const isThere = new Uint8Array(length);
  for (let row = 0; row < known; row++) {
    const place = all[row] - from;
    const isInside = place >= 0 && place < length;
    all[row] = isInside ? place : -1;
    if (isInside) isThere[place] = 1;
  }
  let end = known;
  for (let place = 0; place < length; place++) if (isThere[place] === 0) all[end++] = place;
  return { order: all.subarray(0, end), missing: end - known };
}

/** Describes nulls, which need no bytes in a file. */
const nulls = (length: number): StoredColumn => ({
  type: describeType(new Null()),
  data: { length, nullCount: length, buffers: [], children: [], variadic: [] },
});
