import { closeSync, openSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { type Data, type DataType, type Schema, Vector } from 'apache-arrow';
import { type Allocate, allocateShared, reviveType, sameType } from '../../arrow/index.js';
import { castData, commonType } from '../../combine/index.js';
import { scatterColumn } from '../../split/index.js';
import { Arena } from './arena.js';
import {
  bucketPath,
  type ChunkHeader,
  type ChunkPlace,
  dictionaryPath,
  type StoredColumn,
} from './chunk-writer.js';
import { readFull } from './file-bytes.js';
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
}

/** Reads the headers of the chunks and the places of their rows. */
export function planRange(
  folder: string,
  { bucket, from, to }: BucketRange,
  chunks: readonly ChunkPlace[],
  numColumns: number,
): BucketPlan {
  return withFile(bucketPath(folder, bucket), (file) => {
    const headers = chunks.map(({ at, bytes, headerBytes }) => {
      const head = new Uint8Array(headerBytes);
      readFull(file, head, at + bytes);
      return deserialize(head) as ChunkHeader;
    });
    const numRows = headers.reduce((sum, header) => sum + header.numRows, 0);
    const places = new Int32Array(allocateShared(numRows * 4).buffer);
    let row = 0;
    headers.forEach((header, k) => {
      const own = places.subarray(row, row + header.numRows);
      readFull(
        file,
        new Uint8Array(own.buffer, own.byteOffset, own.byteLength),
        chunks[k].at + header.places[0],
      );
      row += header.numRows;
    });
    const length = to - from;
    for (row = 0; row < numRows; row++) {
      const place = places[row] - from;
      places[row] = place < length ? place : -1;
    }
    const columns = Array.from({ length: numColumns }, (_, k) => headers.map((header) => header.columns[k]));
    return { folder, bucket, places, length, at: chunks.map(({ at }) => at), columns };
  });
}

/** The memory of chunks, until their rows are moved. */
const arena = new Arena();

/** Reads a column of a planned range into shared memory, its rows at their places. */
export function loadColumn(plan: BucketPlan, k: number, { fields }: Schema): Data {
  const { folder, bucket, places, length, at } = plan;
  return withFile(bucketPath(folder, bucket), (file) =>
    withFile(dictionaryPath(folder), (dictionaries) => {
      const read = dictionaryReader(dictionaries);
      const chunks = plan.columns[k].map(({ type, data }, chunk) =>
        loadData(type ? reviveType(type) : fields[k].type, data, sourceOf(file, at[chunk], read)),
      );
      const types = chunks.map(({ type }) => type);
      const type = types.every((each) => each === fields[k].type) ? fields[k].type : widest(types);
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
  const bytes = allocate(byteLength);
  readFull(file, bytes, from + at);
  return viewAs(elements, bytes);
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
