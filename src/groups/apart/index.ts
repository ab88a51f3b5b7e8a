export type { ApartTask } from './apart-kernel.js';
export { type ApartResults, reviveApart } from './apart-results.js';
export { apartKernel, apartKernelSource } from './apart-source.js';
