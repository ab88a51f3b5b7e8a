import { RecordBatchStreamWriter } from 'apache-arrow';
import { type Batch, tableOf } from '../../../arrow/index.js';
import { type CompiledLibrary, dropParquetLibrary, parquetLibrary } from '../../parquet/index.js';
import type { ParquetCompression } from '../target.js';

/** Returns a Parquet file with the rows of a batch as its one row group; with no rows it has none. */
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
  const stream = RecordBatchStreamWriter.writeAll(tableOf(batch.schema, [batch])).toUint8Array(true);
  try {
    const properties = new parquet.WriterPropertiesBuilder()
      .setCompression(kinds[compression])
      // As pyarrow writes them: of a row group, not of every page.
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
