export {
  asWhole,
  type CompiledLibrary,
  compileParquet,
  dropParquetLibrary,
  memoryOf,
  type ParquetInstance,
  parquetLibrary,
} from './library.js';
