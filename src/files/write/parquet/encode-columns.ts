import { RecordBatchStreamWriter, Schema } from 'apache-arrow';
import { allocateShared, type Batch, tableToWrite } from '../../../arrow/index.js';
import {
  type CompiledLibrary,
  compileParquet,
  dropParquetLibrary,
  parquetLibrary,
} from '../../../parquet-library/index.js';
import type { ParquetCompression } from '../target.js';
import { columnsOf, type EncodedColumns, ParquetAssembly } from './column-chunks.js';
import { encodeFlat } from './encode-flat.js';

/** Returns a Parquet file whose one row group has these columns; its footer has the row group alone. */
export async function encodeColumns(batch: Batch, compression: ParquetCompression): Promise<Uint8Array> {
  const { schema, columns, numRows } = batch;
  const encoded: EncodedColumns[] = [];
  for (const [k, field] of schema.fields.entries()) {
    const flat = encodeFlat(field.name, columns[k], compression);
    if (flat) {
      encoded.push(flat);
      continue;
    }
    const own = { schema: new Schema([field]), columns: [columns[k]], numRows };
    encoded.push(columnsOf(encodeParquet(own, compression, await compileParquet())));
  }
  const file = new ParquetAssembly();
  const begin = file.add(encoded, numRows);
  return joinShared([...begin, ...file.end(new Map())]);
}

/** Joins bytes in shared memory, which is posted without a copy. */
function joinShared(parts: readonly Uint8Array[]): Uint8Array {
  const joined = allocateShared(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Returns a whole Parquet file, made by parquet-wasm: one row group, or none without rows. */
export function encodeParquet(
  batch: Batch,
  compression: ParquetCompression,
  library: CompiledLibrary,
): Uint8Array {
  const { parquet } = parquetLibrary(library);
  const kinds: { readonly [Name in ParquetCompression]: number } = {
    none: parquet.Compression.UNCOMPRESSED,
    snappy: parquet.Compression.SNAPPY,
    gzip: parquet.Compression.GZIP,
    brotli: parquet.Compression.BROTLI,
    zstd: parquet.Compression.ZSTD,
  };
  const stream = RecordBatchStreamWriter.writeAll(tableToWrite(batch.schema, [batch])).toUint8Array(true);
  try {
    const properties = new parquet.WriterPropertiesBuilder()
      .setCompression(kinds[compression])
      // Writes them as pyarrow does: for a row group, not for every page.
      .setStatisticsEnabled(parquet.EnabledStatistics.Chunk)
      .setMaxRowGroupSize(Math.max(1, batch.numRows))
      .build();
    return parquet.writeParquet(parquet.Table.fromIPCStream(stream), properties);
  } catch (error) {
    // A panic inside WebAssembly leaves its memory in any state.
    dropParquetLibrary();
    throw error;
  }
}
