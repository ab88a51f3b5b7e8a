export {
  asWhole,
  type CompiledLibrary,
  compileParquet,
  dropParquetLibrary,
  memoryOf,
  parquetLibrary,
} from './library.js';
