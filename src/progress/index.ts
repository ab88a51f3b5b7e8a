export { createDisplay } from './display.js';
export { formatLine, formatProgress, type ProgressStyle } from './format.js';
export { ProgressReporter, type ReportedWork, reporterOf } from './reporter.js';
export type { Count, ProgressDisplay, WorkProgress } from './types.js';
