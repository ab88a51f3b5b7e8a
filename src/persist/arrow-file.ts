import {
  CompressionType,
  compressionRegistry,
  RecordBatchReader,
  type Table,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow';
import { type AnyTable, ownTable, tableToWrite } from '../arrow/index.js';
import { ApplyError, isApplyError } from '../errors.js';
import { requireAdapter } from '../frame/index.js';
import { zstd } from '../util/index.js';
import {
  checkColumns,
  checkFile,
  checkLengths,
  checkStream,
  dropUnionBitmaps,
  TornError,
  UnsupportedError,
} from './arrow/index.js';
import { compactTable } from './compact-data.js';
import { type Compression, cannotDecompress } from './compression.js';
import { badFile, torn } from './format.js';
import { decodeLz4 } from './lz4.js';

export const ARROW_MAGIC = 'ARROW1';

/**
 * Returns a frame as an Arrow table in one batch, since some readers of files accept no second dictionary for
 * a column.
 */
export function wholeTable(value: object): Table {
  const batch = compactTable(requireAdapter(value).toArrow(value, 'ERR_UNSTORABLE'));
  return tableToWrite(batch.schema, [batch]);
}

/**
 * Returns the content of an `.arrow` or `.feather` file. It is not compressed inside: apache-arrow 21.2
 * writes the size of a compressed buffer where the format wants the size before compression, and pyarrow
 * refuses such a file.
 */
export function arrowFile(value: object, compress: Compression | undefined, path: string): Uint8Array {
  if (compress === undefined || compress === false || compress === 0)
    return tableToIPC(wholeTable(value), 'file');
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `dump: an Arrow file is not compressed inside: compress the whole file by naming it ${path}.gz, or write a .parquet file`,
  );
}

export function readArrow(bytes: Uint8Array, name: string): AnyTable {
  registerCodecs();
  const magicAt = (at: number) => Buffer.from(bytes.subarray(at, at + ARROW_MAGIC.length)).toString('latin1');
  const isFile = magicAt(0) === ARROW_MAGIC;
  if (isFile && (bytes.byteLength < 20 || magicAt(bytes.byteLength - ARROW_MAGIC.length) !== ARROW_MAGIC))
    throw torn(name);
  try {
    const batches = isFile ? checkFile(bytes) : checkStream(bytes);
    const reader = RecordBatchReader.from(bytes).open();
    checkLengths(reader.schema, batches);
    dropUnionBitmaps(bytes, reader.schema, batches);
    const table = tableFromIPC(reader);
    checkColumns(table);
    return ownTable(table);
  } catch (cause) {
    if (isApplyError(cause)) throw cause;
    if (cause instanceof TornError) throw torn(name);
    if (cause instanceof UnsupportedError)
      throw new ApplyError('ERR_UNSUPPORTED', `load: ${name} cannot be read: ${cause.message}`, { cause });
    const { message } = cause as Error;
    // apache-arrow says so for widths other than 8, 16, 32 and 64 bits.
    const why = /Int type/.test(message)
      ? "a column has integers of a width that Arrow does not have, such as polars' Int128: cast it before writing"
      : `it begins like an Arrow file, and is none that can be read (${message})`;
    throw badFile(name, why, cause);
  }
}

/** Registers decompressors, which apache-arrow lacks. Those that the program has registered stay. */
export function registerCodecs(): void {
  if (!compressionRegistry.get(CompressionType.LZ4_FRAME)) {
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4 });
  }
  if (compressionRegistry.get(CompressionType.ZSTD)) return;
  const { zstdDecompressSync } = zstd();
  compressionRegistry.set(CompressionType.ZSTD, {
    // Copies: memory from Node's pool may be unaligned.
    decode: (bytes) => {
      if (!zstdDecompressSync) throw cannotDecompress('zstd', 'with LZ4 or uncompressed');
      return new Uint8Array(zstdDecompressSync(bytes));
    },
  });
}
