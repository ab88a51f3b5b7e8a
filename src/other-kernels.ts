export { createApartCallKernel } from './calls/apart-call-kernel.js';
export { createCallKernel, loadShipping } from './calls/call-kernel.js';
export * from './files/kernels.js';
export { createHashKernel } from './groups/hash-kernel.js';
