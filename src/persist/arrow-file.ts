import {
  CompressionType,
  compressionRegistry,
  RecordBatchReader,
  Schema,
  type Table,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow';
import { type AnyTable, tableOf } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { requireAdapter } from '../frame/index.js';
import { checkColumns, checkFile, checkLengths, checkStream, TornError } from './arrow/index.js';
import { compactData } from './compact-data.js';
import { type Compression, cannotDecompress, zstd } from './compression.js';
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

/**
 * The content of an `.arrow` or `.feather` file. Not compressed inside: apache-arrow 21.2 notes the size of a compressed buffer where the
 * format wants its size before, and pyarrow refuses such a file.
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
    const table = tableFromIPC(reader);
    checkColumns(table);
    return table;
  } catch (cause) {
    if (cause instanceof ApplyError) throw cause;
    if (cause instanceof TornError) throw torn(name);
    const { message } = cause as Error;
    // What apache-arrow says of bits that are not 8, 16, 32 or 64.
    const why = /Int type/.test(message)
      ? "a column has integers of a width that Arrow does not have, such as polars' Int128: cast it before writing"
      : `it begins like an Arrow file, and is none that can be read (${message})`;
    throw badFile(name, why, cause);
  }
}

/** apache-arrow leaves compression to others. What the program has registered itself stays. */
function registerCodecs(): void {
  if (!compressionRegistry.get(CompressionType.LZ4_FRAME)) {
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4 });
  }
  if (compressionRegistry.get(CompressionType.ZSTD)) return;
  const { zstdDecompressSync } = zstd;
  compressionRegistry.set(CompressionType.ZSTD, {
    // A copy: what comes from Node's pool need not be aligned.
    decode: (bytes) => {
      if (!zstdDecompressSync) throw cannotDecompress('zstd', 'with LZ4 or uncompressed');
      return new Uint8Array(zstdDecompressSync(bytes));
    },
  });
}
