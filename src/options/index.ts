export { checkOptions, isFlag, isMilliseconds, isPositive, oneOf, type Rules } from './check.js';
export { ASYNC_JOBS, cpuCount, effectiveNJobs } from './cpu-count.js';
export { nearest } from './did-you-mean.js';
export { parseBytes } from './parse-bytes.js';
export { configured, withDefaults } from './scoped-defaults.js';
