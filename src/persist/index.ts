export {
  type Compression,
  type CompressionMethod,
  compressionRule,
  isCompression,
  type ResolvedCompression,
  resolveCompression,
} from './compression.js';
export { type DumpOptions, dump, filePath, writeDump } from './dump.js';
export type { Meta } from './format.js';
export { type LoadOptions, load, readDump, readDumpHeader } from './load.js';
export { TEMPORARY } from './write-file.js';
