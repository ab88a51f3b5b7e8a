export { parquetOutput } from './parquet-output.js';
