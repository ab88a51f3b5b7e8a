export { createReadKernel } from './read-kernel.js';
export { createKeyKernel, createLoadKernel, createScatterKernel } from './spill/kernels.js';
export { createEncodeKernel } from './write/encode-kernel.js';
