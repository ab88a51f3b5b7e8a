export { type CompiledLibrary, compileParquet, dropParquetLibrary, parquetLibrary } from './library.js';
export { parquetFormat } from './parquet-format.js';
export { ThriftReader, ThriftType } from './thrift.js';
