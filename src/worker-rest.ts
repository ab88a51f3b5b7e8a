/* The kernels that a worker loads when a job needs one of them. Together, since a file each loads slower. */
export { createCallKernel } from './calls/call-kernel.js';
export { createReadKernel } from './files/read-kernel.js';
export { createEncodeKernel } from './files/write/encode-kernel.js';
export { createHashKernel } from './groups/hash-kernel.js';
