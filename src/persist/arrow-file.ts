import {
  CompressionType,
  compressionRegistry,
  Schema,
  type Table,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { type AnyTable, requireAdapter, tableOf } from '../frame/index.js';
import { compactData } from './compact-data.js';
import { type Compression, unavailable, zstd } from './compression.js';
import { badFile, torn } from './format.js';
import { decodeLz4 } from './lz4.js';

export const ARROW_MAGIC = 'ARROW1';

/** A frame of any kind as an Arrow table in one batch, as files hold it: some readers take no second dictionary for a column. */
export function wholeTable(value: object): Table {
  const table = requireAdapter(value).toArrow(value, 'ERR_UNSTORABLE');
  const columns = table.schema.fields.map(({ type }, k) =>
    compactData(
      type,
      table.batches.map((batch) => batch.data.children[k]),
    ),
  );
  const fields = table.schema.fields.map((field, k) =>
    field.type === columns[k].type ? field : field.clone({ type: columns[k].type }),
  );
  const schema = new Schema(fields, table.schema.metadata);
  return tableOf(schema, [{ schema, columns, numRows: table.numRows }]);
}

/** The content of an `.arrow` or `.feather` file. Arrow itself knows zstd, buffer by buffer; other methods compress the whole file. */
export function arrowFile(value: object, compress: Compression | undefined, path: string): Uint8Array {
  const method = typeof compress === 'object' ? compress.method : compress;
  if (method === undefined || method === false || method === 0) return tableToIPC(wholeTable(value), 'file');
  if (method !== 'zstd') {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `dump: an Arrow file cannot be compressed by ${typeof method === 'string' ? method : 'gzip'} inside: take compress: 'zstd', or compress the whole file by naming it ${path}.gz`,
    );
  }
  registerCodecs();
  if (!zstd.zstdCompressSync) throw unavailable('dump', 'zstd');
  return tableToIPC(wholeTable(value), 'file', CompressionType.ZSTD);
}

export function readArrow(bytes: Uint8Array, name: string): AnyTable {
  registerCodecs();
  const isFile = Buffer.from(bytes.buffer, bytes.byteOffset, 6).toString('latin1') === ARROW_MAGIC;
  const end = Buffer.from(bytes.buffer, bytes.byteOffset + bytes.byteLength - 6, 6).toString('latin1');
  if (isFile && (end !== ARROW_MAGIC || bytes.byteLength < 20)) throw torn(name);
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    if (cause instanceof ApplyError) throw cause;
    throw badFile(
      name,
      `it begins like an Arrow file, and is none that can be read (${(cause as Error).message})`,
      cause,
    );
  }
}

/** apache-arrow leaves compression to others. What the program has registered itself stays. */
function registerCodecs(): void {
  if (!compressionRegistry.get(CompressionType.LZ4_FRAME)) {
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4 });
  }
  if (compressionRegistry.get(CompressionType.ZSTD)) return;
  const { zstdDecompressSync, zstdCompressSync } = zstd;
  compressionRegistry.set(CompressionType.ZSTD, {
    // A copy: what comes from Node's pool need not be aligned.
    decode: (bytes) => {
      if (!zstdDecompressSync) throw unavailable('load', 'zstd');
      return new Uint8Array(zstdDecompressSync(bytes));
    },
    ...(zstdCompressSync ? { encode: (bytes: Uint8Array) => zstdCompressSync(bytes) } : undefined),
  });
}
