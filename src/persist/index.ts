export {
  type BatchHeader,
  BLOCK_BYTES,
  buffersOf,
  CONTINUATION,
  checkColumns,
  checkFlatbuffer,
  elementsOf,
  FOOTER_SCHEMA,
  type Framed,
  footerSlots,
  messageAt,
  refuseBigEndian,
  refuseNulls,
  startsStream,
  TornError,
  UnsupportedError,
  viewOf,
} from './arrow/index.js';
export { ARROW_MAGIC, registerCodecs } from './arrow-file.js';
export {
  type Compression,
  type CompressionMethod,
  compressionRule,
  isCompression,
  type ResolvedCompression,
  resolveCompression,
} from './compression.js';
export { type DumpOptions, dump } from './dump.js';
export { filePath } from './file-path.js';
export type { Meta } from './format.js';
export { type LoadOptions, loadFile, readDump, readDumpHeader } from './load.js';
export { looksLike } from './looks-like.js';
export { PARQUET_MAGIC } from './parquet.js';
export { type Target, targetOf } from './target.js';
export { writeDump } from './write-dump.js';
export { TEMPORARY } from './write-file.js';
