import { tableFromIPC, tableToIPC } from 'apache-arrow';
import type { Table } from 'parquet-wasm';
import { type AnyTable, ownTable } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { compileParquet, dropParquetLibrary, parquetLibrary } from '../parquet-library/index.js';
import { requirePackageHome } from '../util/index.js';
import { wholeTable } from './arrow-file.js';
import type { Compression, CompressionMethod } from './compression.js';
import { badFile, torn } from './format.js';

export const PARQUET_MAGIC = 'PAR1';

type ParquetWasm = typeof import('parquet-wasm');

/** Not written into the `import()`: bundlers would pack the library without the file that it compiles. */
const PARQUET_WASM: string = 'parquet-wasm';

async function library(): Promise<ParquetWasm> {
  try {
    return (await import(PARQUET_WASM)) as ParquetWasm;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    requirePackageHome('Parquet files cannot be read and written', '');
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes("'parquet-wasm'");
    throw new ApplyError(
      'ERR_MISSING_PEER',
      isMissing
        ? 'Parquet files need the package parquet-wasm: npm install parquet-wasm'
        : `parquet-wasm is installed and does not load: ${message}`,
      { cause: error },
    );
  }
}

/** Returns the content of a `.parquet` file, compressed by snappy by default, as other libraries do. */
export async function parquetFile(
  value: object,
  compress: Compression | 'snappy' | undefined,
): Promise<Uint8Array> {
  const parquet = await library();
  const kinds: { readonly [Name in CompressionMethod | 'none' | 'snappy']: number } = {
    none: parquet.Compression.UNCOMPRESSED,
    snappy: parquet.Compression.SNAPPY,
    gzip: parquet.Compression.GZIP,
    brotli: parquet.Compression.BROTLI,
    zstd: parquet.Compression.ZSTD,
  };
  const method = typeof compress === 'object' ? compress.method : compress;
  const kind =
    method === undefined ? 'snappy' : typeof method === 'string' ? method : method ? 'gzip' : 'none';
  const properties = new parquet.WriterPropertiesBuilder().setCompression(kinds[kind]).build();
  const stream = tableToIPC(wholeTable(value), 'stream');
  try {
    return parquet.writeParquet(parquet.Table.fromIPCStream(stream), properties);
  } catch (cause) {
    // parquet-wasm throws Errors, strings and WebAssembly's own errors.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ApplyError('ERR_UNSTORABLE', `dump: parquet-wasm cannot write this table: ${why}`, { cause });
  }
}

export async function readParquet(bytes: Uint8Array, name: string): Promise<AnyTable> {
  const parquet = await library();
  const end = Buffer.from(bytes.buffer, bytes.byteOffset + bytes.byteLength - 4, 4).toString('latin1');
  if (end !== PARQUET_MAGIC) throw torn(name);
  try {
    const read = parquet.readParquet(bytes);
    const table = read.numBatches > 0 ? read : ((await readUncounted(bytes, parquet)) ?? read);
    return ownTable(tableFromIPC(table.intoIPCStream()));
  } catch (cause) {
    throw badFile(
      name,
      `it begins like a Parquet file, and is none that can be read (${String(cause)})`,
      cause,
    );
  }
}

/**
 * Reads a file whose footer counts no rows, although its row groups have some: parquet-wasm cuts its batches
 * to the footer's count, unless it reads without a batch size. Returns undefined for a file without rows.
 */
async function readUncounted(bytes: Uint8Array, parquet: ParquetWasm): Promise<Table | undefined> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const metadata = (await parquet.ParquetFile.fromFile(blob)).metadata();
  const groups = Array.from({ length: metadata.numRowGroups() }, (_, k) => metadata.rowGroup(k).numRows());
  if (groups.every((rows) => rows === 0)) return undefined;
  // Reading a file this way may panic; only the shared library's promise then rejects.
  const guarded = parquetLibrary(await compileParquet());
  try {
    const file = await Promise.race([guarded.parquet.ParquetFile.fromFile(blob), guarded.panic]);
    return await Promise.race([file.read(), guarded.panic]);
  } catch (error) {
    dropParquetLibrary();
    throw error;
  }
}
