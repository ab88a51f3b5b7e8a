export { CallRecord } from './call-record.js';
export type { RunRecord } from './run-record.js';
export type { FailedAttempt, GroupRun, Report } from './types.js';
export { WavesRecord } from './waves-record.js';
