import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { type AnyTable, ownTable } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
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
    return ownTable(tableFromIPC(parquet.readParquet(bytes).intoIPCStream()));
  } catch (cause) {
    throw badFile(
      name,
      `it begins like a Parquet file, and is none that can be read (${String(cause)})`,
      cause,
    );
  }
}
