import { closeSync, openSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { type Data, type DataType, type Schema, Vector } from 'apache-arrow';
import { type Allocate, allocateShared, reviveType, sameType } from '../../arrow/index.js';
import { castData, commonType } from '../../combine/index.js';
import { scatterColumn } from '../../split/index.js';
import { Arena } from '../arena.js';
import {
  bucketPath,
  type ChunkHeader,
  type ChunkPlace,
  dictionaryPath,
  type StoredColumn,
} from './chunk-writer.js';
import { readFull } from './file-bytes.js';
import type { FileOpener } from './open-files.js';
import { type BufferSource, loadData, type StoredBuffer, type StoredData, viewAs } from './stored-data.js';

/** A run of the places of a bucket: `from` to `to`-1, counted from the bucket's first. */
export interface BucketRange {
  readonly bucket: number;
  readonly from: number;
  readonly to: number;
}

/** A range of a bucket as it is posted: the places of its rows, and where its columns are, chunk by chunk. */
export interface BucketPlan {
  readonly folder: string;
  readonly bucket: number;
  /** The rows of all chunks -> their places in the range; negative outside. Lies in shared memory. */
  readonly places: Int32Array;
  readonly length: number;
  /** The position of each chunk in the file. */
  readonly at: readonly number[];
  /** For each column: its part of each chunk. */
  readonly columns: readonly (readonly StoredColumn[])[];
  /** True if the columns get the types of the schema; else the widest of their chunks. */
  readonly isCast?: boolean;
}

/** Reads the headers of the chunks and the places of their rows. */
export function planRange(
  folder: string,
  { bucket, from, to }: BucketRange,
  chunks: readonly ChunkPlace[],
  numColumns: number,
): BucketPlan {
  return withFile(bucketPath(folder, bucket), (file) => {
    const headers = readHeaders(file, chunks);
    const places = readOrder(file, chunks, headers, 'places');
    const length = to - from;
    for (let row = 0; row < places.length; row++) {
      const place = places[row] - from;
      places[row] = place < length ? place : -1;
    }
    const columns = Array.from({ length: numColumns }, (_, k) => headers.map((header) => header.columns[k]));
    return { folder, bucket, places, length, at: chunks.map(({ at }) => at), columns };
  });
}

/** Returns the numbers that the rows of a range have in the data set, in the order of their places. */
export function rowsOfRange(
  folder: string,
  { bucket, from, to }: BucketRange,
  chunks: readonly ChunkPlace[],
): Int32Array {
  return withFile(bucketPath(folder, bucket), (file) => {
    const headers = readHeaders(file, chunks);
    const places = readOrder(file, chunks, headers, 'places');
    const numbers = readOrder(file, chunks, headers, 'rows');
    const rows = new Int32Array(to - from);
    for (let k = 0; k < places.length; k++) {
      if (places[k] >= from && places[k] < to) rows[places[k] - from] = numbers[k];
    }
    return rows;
  });
}

export const readHeaders = (file: number, chunks: readonly ChunkPlace[]): ChunkHeader[] =>
  chunks.map(({ at, bytes, headerBytes }) => {
    const head = new Uint8Array(headerBytes);
    readFull(file, head, at + bytes);
    return deserialize(head) as ChunkHeader;
  });

/** Reads the places or the numbers of the rows of chunks into shared memory, with room for `more` rows. */
export function readOrder(
  file: number,
  chunks: readonly ChunkPlace[],
  headers: readonly ChunkHeader[],
  which: 'places' | 'rows',
  more = 0,
): Int32Array {
  const numRows = headers.reduce((sum, header) => sum + header.numRows, 0);
  const order = new Int32Array(allocateShared((numRows + more) * 4).buffer);
  let row = 0;
  headers.forEach((header, k) => {
    const own = order.subarray(row, row + header.numRows);
    const [at] = header[which] as StoredBuffer;
    readFull(file, new Uint8Array(own.buffer, own.byteOffset, own.byteLength), chunks[k].at + at);
    row += header.numRows;
  });
  return order;
}

/** The memory of chunks, until their rows are moved. */
const arena = new Arena();

/** Reads a column of a planned range into shared memory, its rows at their places. */
export function loadColumn(
  plan: BucketPlan,
  k: number,
  { fields }: Schema,
  opener: FileOpener = { use: withFile },
): Data {
  const { folder, bucket, places, length, at } = plan;
  return opener.use(bucketPath(folder, bucket), (file) =>
    opener.use(dictionaryPath(folder), (dictionaries) => {
      const read = dictionaryReader(dictionaries);
      const chunks = plan.columns[k].map(({ type, data }, chunk) =>
        loadData(type ? reviveType(type) : fields[k].type, data, sourceOf(file, at[chunk], read)),
      );
      const types = chunks.map(({ type }) => type);
      const isOwn = plan.isCast || types.every((each) => each === fields[k].type);
      const type = isOwn ? fields[k].type : widest(types);
      const alike = chunks.map((chunk) => (sameType(chunk.type, type) ? chunk : castData(chunk, type)));
      const column = scatterColumn({ type, chunks: alike }, places, length);
      // The rows are copied now; dictionaries lie elsewhere.
      arena.reset();
      return column;
    }),
  );
}

const widest = (types: readonly DataType[]): DataType =>
  types.reduce((wide, type) => commonType(wide, type) ?? wide);

const sourceOf = (
  file: number,
  at: number,
  readDictionary: BufferSource['readDictionary'],
): BufferSource => ({
  read: (buffer) => readBuffer(file, buffer, at, arena.allocate),
  readDictionary,
});

/** Reads each dictionary once, so that chunks with one dictionary share it. */
function dictionaryReader(file: number): BufferSource['readDictionary'] {
  const known = new Map<string, Vector>();
  const source: BufferSource = {
    // Dictionaries stay as they are read, so workers must be able to read them.
    read: (buffer) => readBuffer(file, buffer, 0, allocateShared),
    readDictionary(stored: StoredData, type: DataType) {
      const key = JSON.stringify(stored);
      let dictionary = known.get(key);
      if (dictionary === undefined) {
        dictionary = new Vector([loadData(type, stored, source)]);
        known.set(key, dictionary);
      }
      return dictionary;
    },
  };
  return source.readDictionary;
}

function readBuffer(
  file: number,
  [at, byteLength, elements]: StoredBuffer,
  from: number,
  allocate: Allocate,
): ArrayBufferView {
  const bytes = allocate(byteLength, true);
  readFull(file, bytes, from + at);
  return viewAs(elements, bytes);
}

export function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
