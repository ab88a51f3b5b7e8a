export { parquetFormat } from './parquet-format.js';
export { ThriftReader, ThriftType } from './thrift.js';
