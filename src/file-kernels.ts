export { createReadKernel } from './files/read-kernel.js';
export { createKeyKernel, createLoadKernel, createScatterKernel } from './files/spill/kernels.js';
export { createEncodeKernel } from './files/write/encode-kernel.js';
