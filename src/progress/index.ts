export { describeWait } from './describe-wait.js';
export { createDisplay } from './display.js';
export { formatCount, formatLine, formatProgress, type ProgressStyle } from './format.js';
export { ProgressReporter, reporterOf } from './reporter.js';
export type { Count, ProgressDisplay, WorkProgress } from './types.js';
