export { CallRecord } from './call-record.js';
export type { GroupRun, Report } from './types.js';
