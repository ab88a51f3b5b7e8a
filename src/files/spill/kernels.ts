export { createKeyKernel } from './key-kernel.js';
export { createLoadKernel } from './load-kernel.js';
export { createScatterKernel } from './scatter-kernel.js';
