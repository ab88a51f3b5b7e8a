export { Dataset, type ReadOptions, type ReadProgress } from './dataset.js';
export type { ScanOptions } from './options.js';
export { scan } from './scan.js';
