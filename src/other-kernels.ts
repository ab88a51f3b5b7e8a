export { createCallKernel } from './calls/call-kernel.js';
export { createReadKernel } from './files/read-kernel.js';
export { createKeyKernel, createLoadKernel, createScatterKernel } from './files/spill/kernels.js';
export { createEncodeKernel } from './files/write/encode-kernel.js';
export { createHashKernel } from './groups/hash-kernel.js';
