import { type Data, type DataType, Schema } from 'apache-arrow';
import { type Allocate, type Batch, concatData } from '../../arrow/index.js';
import {
  type CompiledLibrary,
  dropParquetLibrary,
  memoryOf,
  parquetLibrary,
} from '../../parquet-library/index.js';
import { Arena } from '../arena.js';
import type { PartSource } from '../format.js';
import { badFile, reopenFile } from '../open-file.js';
import { rowWidth } from '../row-width.js';
import { fileAsBlob } from './file-as-blob.js';
import { WasmColumns } from './from-wasm.js';
import type { RowGroupPlace } from './row-group.js';

/** The compiled library, which all threads share; workers get it once for each file. */
export interface SharedLibrary {
  readonly library: CompiledLibrary;
}

/** Columns are decoded together up to about this many bytes, since WebAssembly's memory never shrinks. */
const DECODED_BYTES = 64 * 1024 * 1024;
/** Rows of a batch. Text in a batch may have two gigabytes, which so many rows hardly ever do. */
const BATCH_ROWS = 1024 * 1024;

/** Memory for encoded columns that no reading uses now. */
const encoded: Arena[] = [];

/** Decodes columns of a row group, and copies them out of WebAssembly's memory. */
export async function readRowGroup(source: PartSource, columns: readonly string[]): Promise<Batch> {
  const { numRows } = source.place as RowGroupPlace;
  const { fields } = source.schema;
  const names = fields.map(({ name }) => name);
  const positions = columns.map((name) => names.indexOf(name));
  const schema = new Schema(positions.map((position) => fields[position]));
  const types = positions.map((position) => fields[position].type);
  if (numRows === 0 || positions.length === 0) {
    return { schema, numRows, columns: types.map((type) => concatData(type, [], source.allocate)) };
  }
  const file = await reopenFile(source.file);
  const memory = encoded.pop() ?? new Arena();
  try {
    const found = await decode(source, fileAsBlob(file, memory.allocate), positions);
    memory.reset();
    if (encoded.length === 0) encoded.push(memory);
    return { schema, numRows, columns: positions.map((position) => found.get(position) as Data) };
  } catch (error) {
    throw withPlace(error, source);
  } finally {
    await file.close();
  }
}

async function decode(
  source: PartSource,
  file: Blob,
  positions: readonly number[],
): Promise<Map<number, Data>> {
  const { rowGroup, numRows } = source.place as RowGroupPlace;
  const { fields } = source.schema;
  const { library } = source.shared as SharedLibrary;
  const { parquet, panic } = parquetLibrary(library);
  const reader = await Promise.race([parquet.ParquetFile.fromFile(file), panic]);
  const found = new Map<number, Data>();
  try {
    const batchSize = Math.min(numRows, BATCH_ROWS);
    for (const run of runsOf(positions, (position) => numRows * rowWidth(fields[position].type))) {
      const { columns, returned } = selection(
        fields.map(({ name }) => name),
        run,
      );
      const wanted = { rowGroups: [rowGroup], columns };
      let table = await Promise.race([reader.read({ ...wanted, batchSize }), panic]);
      // parquet-wasm cuts the batch size to the rows of the file, and some footers count none.
      if (table.numBatches === 0) table = await Promise.race([reader.read(wanted), panic]);
      const ffi = table.intoFFI();
      try {
        const addresses = ffi.arrayAddrs();
        const wasm = new WasmColumns(memoryOf(parquet));
        for (const position of run) {
          const { type } = fields[position];
          const chunks = Array.from(addresses, (at) => wasm.child(at, returned.indexOf(position), type));
          found.set(position, joined(type, chunks, numRows, source.allocate));
        }
      } finally {
        ffi.drop();
      }
    }
  } catch (error) {
    // After a panic nothing can be freed; the memory goes away with the instance.
    dropParquetLibrary();
    throw error;
  }
  reader.free();
  return found;
}

/** Copies a column out of WebAssembly, its batches in one piece. */
function joined(type: DataType, chunks: readonly Data[], numRows: number, allocate: Allocate): Data {
  const data = concatData(type, chunks, allocate);
  if (data.length !== numRows) throw new RangeError(`it has ${data.length} rows and should have ${numRows}`);
  return data;
}

/** Divides columns into runs that are decoded together. */
function runsOf(positions: readonly number[], bytesOf: (position: number) => number): number[][] {
  const runs: number[][] = [];
  let room = 0;
  for (const position of new Set(positions)) {
    const bytes = bytesOf(position);
    if (runs.length === 0 || bytes > room) {
      runs.push([]);
      room = DECODED_BYTES;
    }
    runs[runs.length - 1].push(position);
    room -= bytes;
  }
  return runs;
}

/**
 * Returns the names that select columns, and the positions of the columns that parquet-wasm then returns: it
 * takes names as paths, so that 'a' selects a column 'a.b' too, and 'a.b' a part of a column 'a'.
 */
function selection(names: readonly string[], wanted: readonly number[]) {
  const asked = wanted.map((position) => names[position]);
  const all = names.map((_, position) => position);
  const isPartial = asked.some(
    (name) => name.includes('.') && names.some((other) => name.startsWith(`${other}.`)),
  );
  if (isPartial || wanted.length === names.length) return { columns: undefined, returned: all };
  const exact = new Set(asked);
  const prefixes = asked.map((name) => `${name}.`);
  const isReturned = (name: string) =>
    exact.has(name) || (name.includes('.') && prefixes.some((prefix) => name.startsWith(prefix)));
  return { columns: asked, returned: all.filter((position) => isReturned(names[position])) };
}

function withPlace(error: unknown, { file, place }: PartSource): unknown {
  if ((error as { code?: unknown }).code === 'ERR_BAD_FILE') return error;
  const why = error instanceof Error ? error.message : String(error);
  return badFile(file.path, `row group ${(place as RowGroupPlace).rowGroup}: ${why}`, error);
}
